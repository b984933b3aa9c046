import PPTransfer
import Testing

/// The words that users read. Change them with care, and here first.
@Suite struct `Messages of the description reader` {
    @Test(arguments: yamlRows + shapeRows)
    func `a text that is not a description says what is wrong`(row: Row) {
        #expect(lines(row.text, environment: row.environment) == row.lines)
    }

    @Test(arguments: keyRows + valueRows)
    func `a wrong value says where, what and what to do`(row: Row) { #expect(lines(row.text, environment: row.environment) == row.lines) }

    @Test(arguments: templateRows)
    func `a template that cannot be filled in says why`(row: Row) { #expect(lines(row.text, environment: row.environment) == row.lines) }
}

private let yamlRows = [
    Row(
        "empty", "",
        "task.yaml:1:1: error: the file is empty; the smallest description is 'pptransfer: 1', 'from:' and 'to:'"),
    Row(
        "blank", " \n\n",
        "task.yaml:1:1: error: the file is empty; the smallest description is 'pptransfer: 1', 'from:' and 'to:'"),
    Row(
        "comments", "# to do\n",
        "task.yaml:1:1: error: the file holds only comments; the smallest description is 'pptransfer: 1', 'from:' and 'to:'"),
    Row(
        "separator only", "---\n",
        "task.yaml:1:1: error: the file is empty; the smallest description is 'pptransfer: 1', 'from:' and 'to:'"),
    Row(
        "tab", "pptransfer: 1\nfrom:\n\tcollection: archer2\n",
        "task.yaml:3:1: error: a tab in the indentation, which YAML forbids; replace it with spaces"),
    Row(
        "tab after blanks", "pptransfer: 1\nfrom:\n  \tcollection: archer2\n  path: /x\n",
        "task.yaml:3:3: error: a tab in the indentation, which YAML forbids; replace it with spaces"),
    Row(
        "binary", "pptransfer: 1\nfr\0om",
        "task.yaml:2:3: error: this is a binary file, not text: it holds a NUL byte; check that this is the file you mean"),
    Row(
        "control character", "pptransfer: 1\nname: a\u{7}b\n",
        "task.yaml:2:8: error: a control character, which no YAML text may hold; remove it, or write it as an escape in double quotes"),
    Row(
        "unclosed quote", "pptransfer: 1\nname: \"atmos\nfrom: x\n",
        "task.yaml:4:1: error: the text ends within quotes (begun in line 2); close the quotes"),
    Row(
        "unclosed brace", "pptransfer: 1\nfrom: {collection: archer2\n",
        "task.yaml:3:1: error: the '{' mapping is not closed (begun in line 2); separate its entries with ',', end it with '}', and put values that hold braces in quotes"
    ),
    Row(
        "unclosed list", "pptransfer: 1\nselect:\n  include: [\"*.pp\", \"*.nc\"\nempty: fail\n",
        "task.yaml:4:1: error: the '[' list is not closed (begun in line 3); separate its items with ',' and end it with ']'"),
    Row(
        "two colons", "pptransfer: 1\nname: a: b\n",
        "task.yaml:2:8: error: a second ':' in one line, or a line indented further than the one before; put a value that holds ': ' in quotes, or align the line"
    ),
    Row(
        "indentation", "pptransfer: 1\nfrom:\n    collection: archer2\n  path: /x\n",
        "task.yaml:4:3: error: this does not continue the mapping (begun in line 1); align it with the mapping's other keys; close a quote before it"
    ),
    Row(
        "at sign", "pptransfer: 1\nname: @atmos\n",
        "task.yaml:2:7: error: a value cannot begin with '@'; put the value in quotes"),
    Row(
        "no colon", "pptransfer: 1\nfrom\nto: x\n",
        "task.yaml:3:1: error: a key without its ':' (begun in line 2); write 'key: value', with a blank after the ':'"),
    Row(
        "escape", "pptransfer: 1\nname: \"a\\qb\"\n",
        "task.yaml:2:9: error: an escape that double quotes do not know (begun in line 2); write the text in single quotes, where '\\' is an ordinary character"
    ),
    Row(
        "tag", minimal("name: !secret x"),
        "task.yaml:4:7: error: the tag '!secret' means nothing here; remove it"),
    Row(
        "undeclared tag", minimal("name: !e!x y"),
        "task.yaml:4:7: error: a tag, which means nothing here; remove it, or put a value that begins with '!' in quotes"),
    Row(
        "unknown alias", minimal("select: {include: [*.pp]}"),
        "task.yaml:4:21: error: a '*' or '&' here marks an alias or an anchor, but no name follows; put a pattern such as '*.pp' in quotes"),
    Row(
        "alias of itself", minimal("select: &a {include: *a}"),
        "task.yaml:4:22: error: '*a' repeats what '&a' marks, but nothing before it in this document is marked so; put a value that begins with '*' in quotes"
    ),
    Row(
        "merge of text", minimal("transfer: {<<: fast, deadline: 1d}"),
        "task.yaml:4:16: error: transfer: '<<' merges mappings, but this is a single value; name the anchor of a mapping, as in '<<: *defaults'"
    ),
    Row(
        "key twice", minimal("empty: fail\nempty: succeed"),
        "task.yaml:5:1: error: empty: this key is already in line 4; remove one of the two"),
    Row(
        "inner key twice", minimal("transfer: {deadline: 1d, sync: size, deadline: 2d}"),
        "task.yaml:4:38: error: transfer.deadline: this key is already in line 4; remove one of the two"),
    Row(
        "list as key", minimal("[a, b]: c"),
        "task.yaml:4:1: error: a list cannot be a key; write a word as the key"),
]

private let shapeRows = [
    Row(
        "a word", "archer2\n",
        "task.yaml:1:1: error: a mapping is required here, but this is a single value; write 'pptransfer: 1', 'from:' and 'to:'"),
    Row(
        "null", "null\n",
        "task.yaml:1:1: error: a mapping is required here, but this is nothing; write 'pptransfer: 1', 'from:' and 'to:'"),
    Row(
        "a list", "- pptransfer: 1\n",
        "task.yaml:1:1: error: a mapping is required here, but this is a list; write 'pptransfer: 1', 'from:' and 'to:'"),
    Row(
        "nothing but the format", "pptransfer: 1\n",
        "task.yaml:1:1: error: from: this key is missing; give 'from:' with 'collection' and 'path'",
        "task.yaml:1:1: error: to: this key is missing; give 'to:' with 'collection' and 'path'"),
    Row(
        "no format", "from: {collection: archer2, path: /a}\nto: {collection: jasmin, path: /b}\n",
        "task.yaml:1:1: error: pptransfer: this key is missing; begin the document with 'pptransfer: 1'"),
    Row(
        "newer", "pptransfer: 2\nfrm: {}\n",
        "task.yaml:1:13: error: pptransfer: written for a newer pptransfer: its format is 2, and this one reads 1; install a newer pptransfer"
    ),
    Row(
        "no version", minimal().replacing("pptransfer: 1", with: "pptransfer: one"),
        "task.yaml:1:13: error: pptransfer: 'one' is not a format; write 'pptransfer: 1'"),
    Row(
        "old style end", minimal().replacing("{collection: archer2, path: /work/n02/data}", with: "archer2:/work/n02"),
        "task.yaml:2:7: error: from: a mapping is required here, but this is a single value; write 'from: {collection: archer2, path: /work/…}'"
    ),
    Row(
        "list as end", minimal().replacing("{collection: archer2, path: /work/n02/data}", with: "[archer2, /work/n02]"),
        "task.yaml:2:7: error: from: a mapping is required here, but this is a list; write 'from: {collection: archer2, path: /work/…}'"),
    Row(
        "empty end", minimal().replacing("{collection: archer2, path: /work/n02/data}", with: ""),
        "task.yaml:2:6: error: from: this key has no value; give 'from:' with 'collection' and 'path'"),
    Row(
        "list as text", minimal("name: [a]"),
        "task.yaml:4:7: error: name: text is required here, but this is a list; write a text"),
    Row(
        "word as mapping", minimal("transfer: fast"),
        "task.yaml:4:11: error: transfer: a mapping is required here, but this is a single value; write 'transfer: {deadline: 3d}'"),
    Row(
        "mapping as list", minimal("select: {include: {a: b}}"),
        "task.yaml:4:19: error: select.include: a list is required here, but this is a mapping; write [a, b], or one item per line after '- '"
    ),
    Row(
        "word as mapping below", minimal("wait: {on_fault: cancel}"),
        "task.yaml:4:18: error: wait.on_fault: a mapping is required here, but this is a single value; write 'on_fault: {after: 15m, then: cancel}'"
    ),
    Row(
        "same transfer twice", minimal() + "\n---\n" + minimal(), environment: ["CYLC_WORKFLOW_NAME": "u-ab123"],
        "task.yaml:6:1: error: name: the document in line 1 has the same workflow, cycle and name; give each document a 'name:' of its own"),
    Row(
        "mistakes in two documents", minimal("empty: maybe") + "\n---\n" + minimal("symlinks: maybe"),
        "task.yaml:4:8: error: empty: 'maybe' is not one of its values; write one of fail, succeed",
        "task.yaml:9:11: error: symlinks: 'maybe' is not one of its values; write one of fail, skip, follow"),
    Row(
        "bad YAML after a bad document", minimal("empty: maybe") + "\n---\nname: \"x\n",
        "task.yaml:4:8: error: empty: 'maybe' is not one of its values; write one of fail, succeed",
        "task.yaml:7:1: error: the text ends within quotes (begun in line 6); close the quotes"),
]

private let keyRows = [
    Row(
        "unknown key", minimal("emty: fail"),
        "task.yaml:4:1: error: emty: this key is not known; did you mean 'empty'?"),
    Row(
        "foreign key", "pptransfer: 1\nsource: {collection: archer2, path: /a}\ndestination: {collection: jasmin, path: /b}\n",
        "task.yaml:2:1: error: source: this key is not known; did you mean 'from'?",
        "task.yaml:3:1: error: destination: this key is not known; did you mean 'to'?"),
    Row(
        "unknown, nothing near", minimal("priority: high"),
        "task.yaml:4:1: error: priority: this key is not known; known here are pptransfer, name, workflow, cycle, from, to, select, empty, symlinks, transfer, wait, verify, clean, after, site, cylc"
    ),
    Row(
        "unknown below", minimal("transfer: {dedline: 3d, sync_level: size}"),
        "task.yaml:4:12: error: transfer.dedline: this key is not known; did you mean 'deadline'?",
        "task.yaml:4:25: error: transfer.sync_level: this key is not known; did you mean 'sync'?"),
    Row(
        "four mistakes",
        "pptransfer: 1\nname: a/b\nfrom: {collection: archer2, path: work/n02}\nto: {colection: jasmin, path: /b}\ntransfer: {deadline: 3}\n",
        "task.yaml:2:7: error: name: 'a/b' cannot be a name; write a word without '/' and control characters, as in atmos",
        "task.yaml:3:35: error: from.path: 'work/n02' is relative; give the path from the collection's root, starting with '/', or from your home there, with '/~/'",
        "task.yaml:4:6: error: to.colection: this key is not known; did you mean 'collection'?",
        "task.yaml:5:22: error: transfer.deadline: '3' has no unit; write 3s, 3m, 3h or 3d for seconds, minutes, hours or days"),
]

private let valueRows = [
    Row(
        "a mode in digits", minimal(to: "/gws/x, mode: 640"),
        "task.yaml:3:48: error: to.mode: '640' is a number, which would also say what others may do; write it as in g+rX or \"g+rwX,o-rwx\": u, g, o or a, then +, - or =, then r, w, x or X"
    ),
    Row(
        "no mode", minimal(to: "/gws/x, mode: [g+rX, g+s]"),
        "task.yaml:3:55: error: to.mode: 'g+s' is not a mode; write it as in g+rX or \"g+rwX,o-rwx\": u, g, o or a, then +, - or =, then r, w, x or X"
    ),
    Row(
        "a mode that braces cut", minimal(to: "/gws/x, mode: g+rwX,o-rwx"),
        "task.yaml:3:54: error: to.mode: a comma in braces begins a new key, here 'o-rwx'; put the mode in quotes: mode: \"g+rwX,o-rwx\""),
    Row(
        "several groups, and what a difference means", minimal(to: "/gws/x, group: 'a,b', on_difference: stop"),
        "task.yaml:3:49: error: to.group: 'a,b' is not the name of a group; write one name, as 'ls -l' shows it at the destination",
        "task.yaml:3:71: error: to.on_difference: 'stop' is not one of its values; write one of warn, fail"),
    Row(
        "bad UUID", minimal().replacing("archer2", with: "3e90d018-0d05-461a-bbaf-aab60528321"),
        "task.yaml:2:20: error: from.collection: '3e90d018-0d05-461a-bbaf-aab60528321' is not a UUID; a UUID has 8, 4, 4, 4 and 12 of the digits 0-9 and a-f, with '-' between"
    ),
    Row(
        "link that names a directory",
        minimal().replacing(
            "archer2",
            with: "\"https://app.globus.org/file-manager?origin_id=a2f53b7f-1b4e-4dce-9b7c-349ae760fee0&origin_path=%2F\""),
        "task.yaml:2:20: error: from.collection: the link also names a directory; write it as 'link:', without 'collection' and 'path'"
    ),
    Row(
        "search", minimal().replacing("archer2", with: "{search: \"\"}"),
        "task.yaml:2:29: error: from.collection.search: the name is missing; give the name of the collection"
    ),
    Row(
        "gcp elsewhere", minimal().replacing("archer2", with: "{gcp: laptop}"),
        "task.yaml:2:26: error: from.collection.gcp: 'laptop' is not one of its values; write local"),
    Row(
        "relative path", minimal(to: "gws/nopw"),
        "task.yaml:3:34: error: to.path: 'gws/nopw' is relative; give the path from the collection's root, starting with '/', or from your home there, with '/~/'"
    ),
    Row(
        "climbing path", minimal(to: "/gws/../etc"),
        "task.yaml:3:34: error: to.path: '/gws/../etc' climbs with '..'; write the path it leads to"),
    Row(
        "Windows path", minimal(from: "\"C:\\\\data\\\\run 1\""),
        "task.yaml:2:35: error: from.path: 'C:\\data\\run 1' is a Windows path; write it as Globus Connect Personal does: '/C/data/run 1'"),
    Row(
        "empty path", minimal(from: "\"\""),
        "task.yaml:2:35: error: from.path: the path is empty; give it from the collection's root, starting with '/'"),
    Row(
        "NUL in a path", minimal(from: "\"/a\\0b\""),
        "task.yaml:2:35: error: from.path: \"/a\\0b\" holds a NUL character; no file system can store it"),
    Row(
        "line end in a relative path", minimal(from: "\"a\\nb\""),
        "task.yaml:2:35: error: from.path: 'a\\nb' is relative; give the path from the collection's root, starting with '/', or from your home there, with '/~/'"
    ),
    Row(
        "name", minimal("name: \"a\\nb\""),
        "task.yaml:4:7: error: name: 'a\\nb' cannot be a name; write a word without '/' and control characters, as in atmos"),
    Row(
        "cycle", minimal("cycle: 1988/09"),
        "task.yaml:4:8: error: cycle: '1988/09' is not a cycle point; write it as the workflow does, as in 19880901T0000Z or 3: only letters, digits and ':+-_.,'"
    ),
    Row(
        "cycle in the environment", minimal(), environment: ["CYLC_TASK_CYCLE_POINT": "a b"],
        "task.yaml:1:1: error: cycle: 'a b' is not a cycle point; write it as the workflow does, as in 19880901T0000Z or 3: only letters, digits and ':+-_.,'"
    ),
    Row(
        "workflow", minimal("workflow: ../up"),
        "task.yaml:4:11: error: workflow: '../up' is not a workflow's name; write it as in u-ab123: no control characters, no '.', '..' or nothing between slashes"
    ),
    Row(
        "run name", minimal("workflow: u-ab123/run1"),
        "task.yaml:4:11: warning: workflow: 'u-ab123/run1' ends in '/run1', which changes with every installation; write ${CYLC_WORKFLOW_NAME}, which leaves it out"
    ),
    Row(
        "sync", minimal("transfer: {sync: checksums}"),
        "task.yaml:4:18: error: transfer.sync: 'checksums' is not one of its values; did you mean 'checksum'?"),
    Row(
        "sync number", minimal("transfer: {sync: 3}"),
        "task.yaml:4:18: error: transfer.sync: '3' is the service's number; write 'checksum'"),
    Row(
        "truth", minimal("transfer: {encrypt: on, verify_checksum: no, preserve_timestamp: maybe, fail_on_quota_errors: True}"),
        "task.yaml:4:21: error: transfer.encrypt: 'on' is neither true, false nor auto; write true",
        "task.yaml:4:42: error: transfer.verify_checksum: 'no' is neither true nor false; write false",
        "task.yaml:4:66: error: transfer.preserve_timestamp: 'maybe' is neither true nor false; write true or false"),
    Row(
        "notify", minimal("transfer: {notify: [failed, sucess]}"),
        "task.yaml:4:29: error: transfer.notify: 'sucess' is not one of its values; write one of succeeded, failed, inactive"),
    Row(
        "notify off", minimal("transfer: {notify: off}"),
        "task.yaml:4:20: error: transfer.notify: 'off' is not one of its values; write [] for no mail"),
    Row(
        "bare number", minimal("wait: {limit: 12, outage: 0s, on_fault: {after: P1M, then: stop}}"),
        "task.yaml:4:15: error: wait.limit: '12' has no unit; write 12s, 12m, 12h or 12d for seconds, minutes, hours or days",
        "task.yaml:4:27: error: wait.outage: '0s' is not a length of time above zero; write it as in 30s, 15m, 12h, 3d, 1d12h or PT12H",
        "task.yaml:4:49: error: wait.on_fault.after: 'P1M' counts in years or months, which differ in length; write it in days, as in 30d",
        "task.yaml:4:60: error: wait.on_fault.then: 'stop' is not one of its values; write one of cancel, leave"),
    Row(
        "limit above deadline", minimal("wait: {limit: 4d}"),
        "task.yaml:4:15: warning: wait.limit: 4d is longer than transfer.deadline (3d), when Globus ends the task; raise the deadline, or lower the limit"
    ),
    Row(
        "patterns", minimal("select: {include: [\"\", /a, \"../b\", ok], exclude: [logs/], required: \"/x\"}"),
        "task.yaml:4:20: error: select.include: the pattern is empty; write one, as in '*.pp'",
        "task.yaml:4:24: error: select.include: the pattern '/a' is absolute; write it as seen from the source directory, without '/' at the start",
        "task.yaml:4:28: error: select.include: the pattern '../b' climbs with '..'; only files below the source directory are sent",
        "task.yaml:4:51: error: select.exclude: the pattern 'logs/' means a directory, but patterns match files; write 'logs/**' for all files in it",
        "task.yaml:4:69: error: select.required: the pattern '/x' is absolute; write it as seen from the source directory, without '/' at the start"
    ),
    Row(
        "deletion without a proof", minimal("verify: {level: none}\nclean: {source: delete}"),
        "task.yaml:5:17: error: clean.source: 'delete' without verification would lose data; write 'verify: {level: size}' or 'digest'"),
    Row(
        "link elsewhere", minimal().replacing("{collection: archer2, path: /work/n02/data}", with: "{link: \"https://globus.org/x\"}"),
        "task.yaml:2:14: error: from.link: this is not a link to the file manager of the Globus web app (https://app.globus.org/file-manager?…); copy it from the browser while the file manager shows the directory"
    ),
    Row(
        "link without collection",
        minimal().replacing(
            "{collection: archer2, path: /work/n02/data}", with: "{link: \"https://app.globus.org/file-manager?origin_path=%2F\", path: /x}"
        ),
        "task.yaml:2:14: error: from.link: the link names no collection (origin_id); copy it from the browser while the file manager shows the directory"
    ),
    Row(
        "link with a bad path",
        minimal().replacing(
            "{collection: archer2, path: /work/n02/data}",
            with: "{link: \"https://app.globus.org/file-manager?origin_id=a2f53b7f-1b4e-4dce-9b7c-349ae760fee0&origin_path=%2\"}"),
        "task.yaml:2:14: error: from.link: the link's 'origin_path' is not percent-encoded text; copy it from the browser while the file manager shows the directory"
    ),
]

private let templateRows = [
    Row(
        "unset", minimal(from: "\"${ROSE_DATAC}\""),
        "task.yaml:2:36: error: from.path: the variable ROSE_DATAC is not set; set it in the environment, give '--set ROSE_DATAC=value', or write '${ROSE_DATAC:-default}'"
    ),
    Row(
        "unset in a pattern", minimal("select: {include: [\"${RUNID}a.p*\"]}"),
        "task.yaml:4:21: error: select.include: the variable RUNID is not set; set it in the environment, give '--set RUNID=value', or write '${RUNID:-default}'"
    ),
    Row(
        "braces without quotes in a flow mapping", minimal(from: "${ROSE_DATAC}"),
        "task.yaml:2:36: error: the '{' mapping is not closed (begun in line 2); separate its entries with ',', end it with '}', and put values that hold braces in quotes"
    ),
    Row(
        "unset in the middle", minimal(from: "\"/work/${USR}/${GROUP:-n02}\""), environment: ["USER": "me"],
        "task.yaml:2:42: error: from.path: the variable USR is not set; set it in the environment, give '--set USR=value', or write '${USR:-default}'"
    ),
    Row(
        "unset after an escape", minimal(from: "\"/w\\x6frk/${USR}\""),
        "task.yaml:2:35: error: from.path: the variable USR is not set; set it in the environment, give '--set USR=value', or write '${USR:-default}'"
    ),
    Row(
        "command", minimal(from: "/work/$(whoami)"),
        "task.yaml:2:41: error: from.path: '$(': commands are not executed; set a variable beforehand and write '${NAME}'; write '$$' for a dollar"
    ),
    Row(
        "shell variable", minimal(from: "$ROSE_DATAC/x"),
        "task.yaml:2:35: error: from.path: '$ROSE_DATAC' is not a template here; write '${ROSE_DATAC}'; write '$$' for a dollar"),
    Row(
        "lonely dollar", minimal("name: cost$"),
        "task.yaml:4:11: error: name: a '$' that begins no '${NAME}'; write '$$' for a dollar"),
    Row(
        "unclosed", minimal("name: ${USER"),
        "task.yaml:4:7: error: name: '${' without its '}'; write '${NAME}'; write '$$' for a dollar"),
    Row(
        "operator", minimal("name: \"${USER%x}\""),
        "task.yaml:4:8: error: name: '${USER%x}' is not understood; only '${NAME}' and '${NAME:-default}' are; a name is letters, digits and '_'"
    ),
    Row(
        "template in a default", minimal("name: \"${A:-${B}}\""),
        "task.yaml:4:8: error: name: the default in '${A:-${B}' holds a template; write a plain text as the default"),
    Row(
        "cycle without one", minimal(to: "\"/gws/{cycle}\""),
        "task.yaml:3:40: error: to.path: '{cycle}' has no value: no cycle is set; add 'cycle:', or set CYLC_TASK_CYCLE_POINT"),
    Row(
        "name without one", minimal(to: "\"/gws/{name}\""),
        "task.yaml:3:40: error: to.path: '{name}' has no value: no name is set; add 'name:'"),
    Row(
        "datac without one", minimal(from: "\"{datac}\""),
        "task.yaml:2:36: error: from.path: '{datac}' has no value: neither ROSE_DATAC nor CYLC_TASK_SHARE_CYCLE_DIR is set; set one, give '--set ROSE_DATAC=path', or write the path"
    ),
    Row(
        "datac without quotes", minimal() + "select: {include: {datac}}\n".replacing("select", with: "name: {datac}\n#"),
        "task.yaml:4:7: error: name: text is required here, but this is a mapping; put it in quotes: '{datac}'"),
    Row(
        "unknown word", minimal(to: "\"/gws/{cycles}/{suite}\""),
        "task.yaml:3:40: error: to.path: '{cycles}' stands for nothing; did you mean '{cycle}'?",
        "task.yaml:3:49: error: to.path: '{suite}' stands for nothing; the words are {cycle}, {datac}, {name}, {run}, {workflow}; write '{{' for a brace"
    ),
    Row(
        "lonely braces", minimal(to: "\"/gws/{/}\""),
        "task.yaml:3:40: error: to.path: a '{' that begins no word; write '{{' for a brace; the words are {cycle}, {datac}, {name}, {run}, {workflow}",
        "task.yaml:3:42: error: to.path: a '}' without its '{'; write '}}' for a brace"),
    Row(
        "name in a name", minimal("name: \"{name}\""),
        "task.yaml:4:8: error: name: '{name}' has no value: this is the name itself; write a word"),
    Row(
        "a refused cycle is reported once", minimal("cycle: a b", to: "\"/gws/{cycle}\""),
        "task.yaml:4:8: error: cycle: 'a b' is not a cycle point; write it as the workflow does, as in 19880901T0000Z or 3: only letters, digits and ':+-_.,'"
    ),
]
