import Dispatch
import SQLDatabase
import Synchronization

/// What the members' threads ask and tell.
extension Pool {
    func nextStep(for member: Int, isConnected: Bool) -> WorkQueue.Step {
        let (step, calls) = queue.withLock { $0.next(for: member, isConnected: isConnected) }
        call(calls)
        return step
    }

    /// - deadline: nil waits for a call alone.
    func rest(_ member: Int, until deadline: Deadline?) {
        guard let deadline else { return members[member].bell.wait() }
        _ = members[member].bell.wait(timeout: .now() + .milliseconds(Int(deadline.milliseconds)))
    }

    func alarm(of member: Int) -> Alarm { members[member].alarm }

    /// For another connection; but what has waited too long meanwhile is refused.
    func putBack(_ tasks: [Waiting<WriteTask>]) {
        change { (queue) throws(SQLFailure) in
            try queue.putBack(tasks)
        } refuse: { failure in
            for task in tasks { task.work.write.refuse(failure) }
        }
        if tasks.contains(where: \.deadline.isOver) { sweep() }
    }

    func putBack(_ read: Waiting<QueuedRead>) {
        change { (queue) throws(SQLFailure) in
            try queue.putBack(read)
        } refuse: {
            read.work.refuse($0)
        }
        if read.deadline.isOver { sweep() }
    }

    func finishRead(_ member: Int) {
        queue.withLock { queue in
            queue.finishRead(member)
            members[member].alarm.silence()
        }
    }

    func noteConnected(_ member: Int) {
        tally.withLock { $0.connections += 1 }
        let (calls, wasTroubled) = queue.withLock { queue in
            let wasTroubled = queue.connectionTrouble != nil
            members[member].alarm.silence()
            return (queue.connected(member), wasTroubled)
        }
        tries.withLock { $0 = 0 }
        opened.give(.success(nil))
        if wasTroubled { settings.onConnection(.restored) }
        call(calls)
    }

    func noteFailure(_ failure: PostgresOpenFailure, of member: Int) {
        let tries = tries.withLock { tries in
            tries += 1
            return tries
        }
        let pause = Backoff.pause(after: tries, from: .milliseconds(100), to: settings.reconnectPauseMax)
        queue.withLock { queue in
            members[member].alarm.silence()
            queue.failedToConnect(member, failure.description, nextTry: Deadline(in: pause))
        }
        // Whoever opens the store is told anyway, and whoever closes it does not care.
        if opened.isGiven, refusal == nil { settings.onConnection(.failed(failure)) }
        opened.give(.success(failure))
    }

    func note(_ change: (inout PostgresFigures) -> Void) { tally.withLock { change(&$0) } }

    func noteLeave() {
        guard queue.withLock({ $0.finishIfEmpty() }) else { return }
        wakeUps.finish()
        ended.open()
    }
}
