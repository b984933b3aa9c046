"""The Library of Congress's BagIt program reads what 'pptransfer export' writes, beside the files as they arrived."""

import subprocess

import bagit
from support import judge

DESCRIPTION = """pptransfer: 1
workflow: u-bag
cycle: {cycle}
from: {{collection: archer2, path: "{source}/{cycle}"}}
to: {{collection: jasmin, path: "/archive/{{cycle}}"}}
verify: {{level: digest}}
"""


@judge
def a_bag_of_two_cycles_is_valid_beside_what_arrived_and_invalid_once_a_byte_changes(s):
    # The source must be on this machine, so that there are digests: a simulator of its own, for each run.
    root, source = s.directory / "bag-root", s.directory / "bag-source"
    environment = {key: value for key, value in s.environment.items() if not key.startswith("GLOBUS_SDK")}

    def ran(*arguments):
        done = subprocess.run([s.program, *arguments], env=environment, cwd=s.directory, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{arguments}: status {done.returncode}\n{done.stdout}{done.stderr}"

    for cycle in ("19880901T0000Z", "19881001T0000Z"):
        # bagit.py decodes line ends alone; RFC 8493, section 2.1.3, has '%' encoded as well.
        for name in ("a.pp", "b c.pp", "sub/line\nend.pp", "sub/ü.pp"):
            s.write(source / cycle / name, f"{cycle} {name}")
        task = s.write(s.directory / f"{cycle}.yaml", DESCRIPTION.format(cycle=cycle, source=source))
        ran("rehearse", str(task), "--root", str(root))
    directory = s.directory / "bag"
    ran("export", "u-bag", "--journal", str(root / "journal"), "--bagit", str(directory))
    (directory / "data").symlink_to(root / "jasmin/archive")
    bag = bagit.Bag(str(directory))
    bag.validate()
    assert len(bag.entries) == 8 + 3 and bag.info["Bag-Group-Identifier"] == "u-bag", bag.entries
    s.write(root / "jasmin/archive/19880901T0000Z/a.pp", "19880901T0000Z b.pp")
    assert not bagit.Bag(str(directory)).is_valid()
