/*
 * Exactly once: what pptransfer may do with one transfer of one cycle, whoever runs it, wherever, and whatever happens meanwhile.
 *
 *   I1  At most one Globus task of the transfer is at work: the assertion in TransferClient_submit.
 *   I2  A run that ends with 0 has proved its own files, not others of the same names and sizes that were there before: the assertion
 *       after Conclusion.proof.
 *
 * Each inline is named after the Swift function whose step it is. Between two steps anything may happen: steps of other runs on other
 * hosts, a kill, the end of a lease while the holder is suspended, the end of a task. The check of a lock and the write that it allows
 * are two steps. Globus refuses equal paths with 409; the model leaves that out, since other files of the cycle are other paths.
 *
 * The rules of version 0.1, one by one, or all together with RULES_0_1:
 *   OLD_LOGIN    a 404 means that the task is gone, and a lost submission is repeated, whoever asks
 *   OLD_LOOK     live tasks are asked for only if the journal knows no submission
 *   OLD_ANSWER   any 4xx answer to a repeated submission means that its id is unknown, also the page of a proxy
 *   OLD_LABEL    a task is this transfer's if it has its label
 *   OLD_LOCK     the lock is checked only before the record itself is written, and taken again if it is gone; half-written files of a
 *                holder that lost its lock stay, so that it can still rename them
 *   OLD_CANCEL   an accepted cancellation is the end of a task
 *
 * What remains possible by construction (run.sh shows that the model finds it):
 *   LOST_AND_OTHER      The journal is lost or damaged, and the next run has another login. Nothing that this run can see tells of the task.
 *   LOST_AND_SUSPENDED  The journal is lost, while a holder that was suspended for the whole lease stands between its last check of the
 *                       lock and its submission.
 *   TWO_JOURNALS        Two runs with different journals submit, each between the other's look for live tasks and its submission.
 *
 * FEW takes fewer kinds of faults, so that three runs (RUNS=3) take little time; with all of them three runs take more than 3 GB.
 */

#ifdef RULES_0_1
#define OLD_LOGIN
#define OLD_LOOK
#define OLD_ANSWER
#define OLD_LABEL
#define OLD_LOCK
#define OLD_CANCEL
#endif

#ifndef RUNS
#define RUNS 3
#endif
#define TASKS 5
#define LOSSES 1
#define LEASES 2
#define NOBODY 0
#define NO_TASK TASKS
#define ALICE 1
#define BOB 2

mtype = { none, intended, accepted, succeeded, failed };   /* JournalRecord.Submission.State, and no submission */
mtype = { unborn, working, finished, broken };                 /* a Globus task */

/* ---- Globus ---- */
mtype state[TASKS];
byte owner[TASKS];
byte submissionOf[TASKS];
bool isOurs[TASKS];      /* it sends this transfer's files to this transfer's place; else it only has the label */
byte tasks = 0;
bool isThere = false;    /* our own files are at the destination; files of the same names and sizes always are */
byte submissions = 0;    /* ids that were given out */

/* ---- the journal, on a file system that all hosts share ---- */
typedef Record {
    mtype state;
    byte submission;
    byte task;
    byte owner;
    byte generation;
    bool receipt
};
Record disk[2], previous[2];
byte body[2];            /* which submission's document lies in .submission */
byte lock[2] = NOBODY;
byte holds[2];           /* how often a lock was taken from its holder, whose half-written files were then swept away */

/* ---- what may go wrong, each so often ---- */
#ifdef FEW
byte kills = 1, lostAnswers = 1, pages = 0, losses = LOSSES, leases = LEASES, cancellations = 0;
#else
byte kills = 2, lostAnswers = 1, pages = 1, losses = LOSSES, leases = LEASES, cancellations = 1;
#endif
byte begun = 0;
bool isAliceAlone = true, wasSuspended = false;

#ifdef LOST_AND_OTHER
#define SEES_ALL true
#else
#define SEES_ALL isAliceAlone
#endif
#ifdef LOST_AND_SUSPENDED
#define MAY_LOSE SEES_ALL
#define MAY_SUSPEND true
#else
#define MAY_LOSE (SEES_ALL && !wasSuspended)
#define MAY_SUSPEND (losses == LOSSES)
#endif

#define OURS(n) (state[n] == working && isOurs[n])
#define OURS_LIVE (OURS(0) || OURS(1) || OURS(2) || OURS(3) || OURS(4))
#define LIVE (state[0] == working || state[1] == working || state[2] == working || state[3] == working || state[4] == working)

/* Killed: it does nothing any more. */
bool isDead[RUNS + 2];

/* Runs are numbered from 1; Globus and init come before them. */
#define me (_pid - 1)

/* ---- CycleLock ---- */
inline CycleLock_init() {
    if
    :: atomic { lock[j] == NOBODY -> lock[j] = me; hold = holds[j] }
    /* The holder was killed, at whatever step it stands. */
    :: atomic { lock[j] != NOBODY && kills > 0 ->
        kills--; isDead[lock[j]] = true; printf("    run %d was killed\n", lock[j]); lock[j] = me; holds[j]++; hold = holds[j] }
    /* The holder is suspended, on another host: its beat stands still for the whole lease. */
    :: atomic { lock[j] != NOBODY && leases > 0 && MAY_SUSPEND -> leases--; wasSuspended = true; lock[j] = me; holds[j]++; hold = holds[j]; printf("    run %d, login %d: takes the lock of a holder that it believes dead\n", me, login) }
    :: atomic { lock[j] != NOBODY -> goto gone }       /* busy (70) */
    fi
}

inline CycleLock_check() {
#ifdef OLD_LOCK
    if
    :: atomic { lock[j] == me }
    :: atomic { lock[j] == NOBODY -> lock[j] = me }
    :: atomic { lock[j] != me && lock[j] != NOBODY -> goto gone }
    fi
#else
    if
    :: atomic { lock[j] == me && disk[j].generation <= mine.generation }
    :: atomic { !(lock[j] == me && disk[j].generation <= mine.generation) -> goto gone }   /* held, lockLost, superseded (70) */
    fi
#endif
}

/* ---- CycleJournal ---- */
inline copy(to, from) {
    to.state = from.state; to.submission = from.submission; to.task = from.task; to.owner = from.owner;
    to.generation = from.generation; to.receipt = from.receipt
}

/* The part that was written is renamed, unless DurableFile.sweepParts of a successor has removed it. Within the step of the write. */
inline DurableFile_commit() {
#ifdef OLD_LOCK
    skip
#else
    if
    :: hold != holds[j] -> goto gone
    :: hold == holds[j]
    fi
#endif
}

inline CycleJournal_save() {
    CycleLock_check();
    atomic {
        DurableFile_commit();
        if
        :: losses > 0 && SEES_ALL -> copy(previous[j], disk[j])
        /* Nobody will ever look at it. */
        :: !(losses > 0 && SEES_ALL)
        fi;
        copy(disk[j], mine);
        printf("    run %d: CycleJournal.save %e s-%d t-%d\n", me, mine.state, mine.submission, mine.task)
    }
}

inline CycleJournal_init() {
    CycleLock_init();
    atomic {
        copy(mine, disk[j]);
        if
        /* The record is damaged, and its predecessor takes its place; or the journal is lost. */
        :: losses > 0 && MAY_LOSE -> losses--; copy(mine, previous[j]); forget(); printf("    run %d, login %d: finds the record damaged\n", me, login)
        :: losses > 0 && MAY_LOSE -> losses--; clear(); forget(); printf("    run %d, login %d: finds the journal lost\n", me, login)
        :: true
        fi;
#ifndef OLD_LOCK
        /* A predecessor and a new record begin at what the directory shows. */
        mine.generation = disk[j].generation + 1
#endif
    };
    CycleJournal_save()
}

inline clear() {
    mine.state = none; mine.submission = 0; mine.task = NO_TASK; mine.owner = NOBODY; mine.generation = 0; mine.receipt = false
}

/* Nobody will ever look at it again. */
inline forget() {
    previous[j].state = none; previous[j].submission = 0; previous[j].task = NO_TASK; previous[j].owner = NOBODY;
    previous[j].generation = 0; previous[j].receipt = false
}

inline CycleJournal_intend() {
#ifndef OLD_LOCK
    CycleLock_check();
#endif
    atomic {
        DurableFile_commit();
        body[j] = submission;
        mine.state = intended; mine.submission = submission; mine.task = NO_TASK; mine.owner = login
    };
    CycleJournal_save();
#ifndef OLD_LOCK
    /* What was written after the lock was lost is not acted on. */
    CycleLock_check()
#endif
}

inline CycleJournal_accepted() {
    atomic { mine.state = accepted; mine.task = t };
    CycleJournal_save()
}

inline CycleJournal_adopt() {
    atomic { mine.state = accepted; mine.submission = 0; mine.task = t; mine.owner = login };
    CycleJournal_save()
}

inline CycleJournal_ended(how) {
    mine.state = how;
    CycleJournal_save()
}

inline CycleJournal_proven() {
    atomic { mine.state = succeeded; mine.receipt = true };
    CycleJournal_save()
}

/* ---- Globus, through TransferClient ---- */

/* Globus runs an id once. Whether two logins may use one id for two tasks is not known: here they may. */
inline TransferClient_submit() {
    atomic {
        t = NO_TASK;
        i = 0;
        do
        :: i < tasks && submissionOf[i] == submission && owner[i] == login -> t = i; break
        :: i < tasks && !(submissionOf[i] == submission && owner[i] == login) -> i++
        :: i >= tasks -> break
        od;
        i = 0;
        if
        :: t != NO_TASK
        :: t == NO_TASK && tasks < TASKS ->
            assert(!OURS_LIVE);                                                 /* I1 */
            t = tasks; tasks++;
            printf("    run %d, login %d: TransferClient.submit s-%d becomes t-%d\n", me, login, submission, t);
            state[t] = working; owner[t] = login; submissionOf[t] = submission; isOurs[t] = true
        :: t == NO_TASK && tasks >= TASKS -> goto leave
        fi
    }
}

/* Of the login's own: one with the transfer's label. */
inline TransferClient_tasks() {
    atomic {
        t = NO_TASK;
        i = 0;
        do
        :: i < tasks && state[i] == working && owner[i] == login -> t = i; break
        :: i < tasks && !(state[i] == working && owner[i] == login) -> i++
        :: i >= tasks -> break
        od;
        i = 0
    }
}

/* ---- Submitter ---- */

/* -> adopted: a live task with the label is this transfer's; leave: it is not (conflict, 33); else on. */
inline Submitter_found() {
    TransferClient_tasks();
    if
#ifdef OLD_LABEL
    :: t != NO_TASK -> CycleJournal_adopt(); goto wait
#else
    :: t != NO_TASK && isOurs[t] -> CycleJournal_adopt(); goto wait        /* Submitter.kinship */
    :: t != NO_TASK && !isOurs[t] -> goto leave
#endif
    :: t == NO_TASK
    fi
}

proctype Run(byte login; byte j) provided (!isDead[_pid - 1]) {
    Record mine;
    byte submission = 0, t = NO_TASK, i = 0, hold = 0;

    /* The runs are numbered in the order in which they begin; the first one's login is Alice's. */
    atomic { begun == me - 1 -> begun = me; clear() };
    CycleJournal_init();

    /* Submitter.takeUp */
    if
    :: mine.state == none
    :: mine.state == failed
    :: mine.state == succeeded && mine.receipt -> goto proved               /* already archived */
    :: mine.state == succeeded && !mine.receipt
    :: mine.state == accepted ->
        t = mine.task;
        if
        :: owner[t] == login && state[t] == broken                          /* Submitter.adopt: it failed; submit what is left */
        :: owner[t] == login && state[t] != broken -> goto wait
        :: owner[t] != login -> printf("    run %d, login %d: 404 for its task\n", me, login);
#ifdef OLD_LOGIN
            skip
#else
            goto leave                                                      /* Submitter.requireForgotten: auth (20) */
#endif
        fi
    :: mine.state == intended ->
#ifndef OLD_LOGIN
        if
        :: mine.owner != login -> goto leave                                /* Submitter.mayRepeat: auth (20) */
        :: mine.owner == login
        fi;
#endif
#ifndef OLD_LOCK
        if
        :: body[j] != mine.submission -> goto afresh                        /* CycleJournal.intendedDocument */
        :: body[j] == mine.submission
        fi;
#endif
        submission = body[j];
        goto post
    fi;

afresh:                                                                     /* Submitter.submitAfresh */
#ifdef OLD_LOOK
    if
    :: mine.state == none -> Submitter_found()
    :: mine.state != none
    fi;
#else
    Submitter_found();
#endif
    atomic { submissions++; submission = submissions };                     /* TransferClient.newSubmissionID */
    CycleJournal_intend();

post:                                                                       /* Submitter.accepted */
    if
    :: TransferClient_submit()
    :: lostAnswers > 0 -> lostAnswers--; TransferClient_submit(); printf("    run %d, login %d: the answer is lost\n", me, login); goto leave     /* unavailable (30): the record says intended */
    :: pages > 0 ->                                                         /* a proxy's page: nothing has reached Globus */
        pages--; printf("    run %d, login %d: a proxy answers the submission\n", me, login);
#ifdef OLD_ANSWER
        atomic { mine.state = failed };
        goto afresh
#else
        goto leave
#endif
    fi;
    CycleJournal_accepted();

wait:                                                                       /* Waiter.wait */
    if
    :: state[t] == finished
    :: state[t] == broken -> CycleJournal_ended(failed); goto leave
    :: state[t] == working -> goto leave                                     /* the limit of waiting (31) */
    :: state[t] == working && cancellations > 0 ->                           /* Waiter.cancel: CancelAccepted, and it lives on */
        cancellations--; printf("    run %d, login %d: Waiter.cancel: accepted\n", me, login);
#ifdef OLD_CANCEL
        CycleJournal_ended(failed);
#endif
        goto leave
    fi;

    /* Conclusion.proof: everything has its size at the destination, as it had before. */
    CycleJournal_proven();
proved:
    printf("    run %d, login %d: leaves with 0\n", me, login);
    assert(isThere);                                                        /* I2 */
    goto leave;

leave:
    atomic { if :: lock[j] == me -> lock[j] = NOBODY :: lock[j] != me fi };
gone:
    /* Nothing of it is left that would make states differ. */
    atomic { clear(); submission = 0; t = NO_TASK; hold = 0 }
}

/* Tasks end when they like. */
active proctype Globus() {
    byte n;
end:
    do
    :: atomic { LIVE ->
        n = 0;
        do
        :: n < TASKS && state[n] == working ->
            if
            :: state[n] = finished; printf("    Globus: t-%d succeeds\n", n); isThere = isThere || isOurs[n]; break
            :: state[n] = broken; printf("    Globus: t-%d fails\n", n); break
            fi
        :: n < TASKS && state[n] != working -> n++
        :: n >= TASKS -> break
        od;
        n = 0 }
    od
}

init {
    byte n = 0, who;
    atomic {
        do
        :: n < TASKS -> state[n] = unborn; n++
        :: n >= TASKS -> break
        od;
        n = 0;
        do
        :: n < 2 ->
            disk[n].state = none; disk[n].task = NO_TASK;
            previous[n].state = none; previous[n].task = NO_TASK;
            n++
        :: n >= 2 -> break
        od;
#ifndef FEW
        /* Somebody's other clone of the suite may be at work under the same label, for another place. */
        if
        :: true -> state[0] = working; owner[0] = ALICE; submissionOf[0] = 255; isOurs[0] = false; tasks = 1;
            printf("    t-0 of another clone works for another place\n")
        :: true
        fi;
#endif
        n = 1;
        do
        :: n <= RUNS ->
            if
            :: who = ALICE
            :: n > 1 -> who = BOB; isAliceAlone = false
            fi;
#ifdef TWO_JOURNALS
            run Run(who, n & 1);
#else
            run Run(who, 0);
#endif
            n++
        :: n > RUNS -> break
        od
    }
}
