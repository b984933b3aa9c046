import Testing

@testable import PPTransfer

@Suite struct CylcJobTests {
    private let eight = ["CYLC_WORKFLOW_ID": "u-ab123/run1", "CYLC_SUITE_NAME": "u-ab123/run1", "CYLC_TASK_JOB": "3/pptransfer/02"]

    @Test func `outside of a job there is nobody to tell`() {
        #expect(CylcJob([:]) == nil)
        #expect(CylcJob(["CYLC_WORKFLOW_ID": "u-ab123/run1"]) == nil)
        #expect(CylcJob(["CYLC_WORKFLOW_ID": "u-ab123/run1", "CYLC_TASK_JOB": ""]) == nil)
    }

    @Test func `at Cylc 8 the workflow goes by its id, at Cylc 7 by its name`() throws {
        let messages = [CylcMessage.submitted("atmos"), .ended(.consent)]
        let words = ["INFO:pptransfer submitted atmos", "WARNING:pptransfer consent"]
        #expect(try #require(CylcJob(eight)).arguments(for: messages) == ["message", "--", "u-ab123/run1", "3/pptransfer/02"] + words)
        let seven = ["CYLC_SUITE_NAME": "u-ab123", "CYLC_TASK_JOB": "19880901T0000Z/pptransfer/01"]
        #expect(
            try #require(CylcJob(seven)).arguments(for: messages) == ["message", "--", "u-ab123", "19880901T0000Z/pptransfer/01"] + words)
    }

    @Test(arguments: Status.all) func `no message is one of Cylc's own words, and none has a colon`(status: Status) {
        let own = [
            "expired", "submitted", "submit-failed", "started", "succeeded", "failed", "finished", "waiting", "preparing", "running",
        ]
        for message in [CylcMessage.ended(status), .ended(status, "atmos"), .submitted(), .submitted("atmos")] {
            #expect(!own.contains(message.text))
            #expect(!message.text.contains(":"))
            #expect(!message.text.hasPrefix("_cylc"))
        }
    }

    @Test func `a text is made legal: one line, no colon but the severity's`() {
        #expect(CylcMessage("urn:globus:auth\nnow", .warning).argument == "WARNING:urn-globus-auth now")
    }

    @Test func `what ended well is archived, what goes on is no warning`() {
        #expect(CylcMessage.ended(.ok).argument == "INFO:pptransfer archived")
        #expect(CylcMessage.ended(.running).argument == "INFO:pptransfer running")
        #expect(CylcMessage.ended(.noSpace, "ocean").argument == "WARNING:pptransfer no-space ocean")
    }
}
