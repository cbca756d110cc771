import Foundation
import SQLDatabase

/// Hears of what other processes announce, on a connection of its own. Rings also after every start of listening: until
/// then something may have been missed.
final class Listener: Sendable {
    static let channel = "vinci_gateway"

    private let target: ConnectionTarget
    private let settings: PostgresSettings
    private let wakeUps: WakeUps
    private let alarm: Alarm
    private let ended = Latch()

    /// Nil when the process has no descriptors left.
    init?(_ target: ConnectionTarget, settings: PostgresSettings, wakeUps: WakeUps) {
        guard let alarm = Alarm() else { return nil }
        self.target = target
        self.settings = settings
        self.wakeUps = wakeUps
        self.alarm = alarm
    }

    func start() {
        let thread = Thread { [self] in
            run()
            ended.open()
        }
        thread.name = "pg.listen"
        thread.start()
    }

    /// Does not wait.
    func stop() { alarm.ring() }

    func waitForEnd() async { await ended.wait() }

    private func run() {
        var failures = 0
        while !alarm.isRinging {
            if let session = try? begin() {
                failures = 0
                listen(on: session)
            }
            failures += 1
            let pause = Backoff.pause(after: failures, from: .milliseconds(100), to: settings.reconnectPauseMax)
            alarm.wait(until: Deadline(in: pause))
        }
    }

    private func begin() throws -> Session {
        let session = try Session.open(target, for: .listening, settings: settings, alarm: alarm)
        try session.run("LISTEN \(Self.channel)", in: settings.statementTimeout, alarm: alarm)
        return session
    }

    /// Returns when the connection is lost or the alarm rings.
    private func listen(on session: Session) {
        wakeUps.ring()
        while session.isUsable {
            let isRung = try? session.link.awaitNotification(until: Deadline(in: Self.silenceMax), alarm: alarm)
            switch isRung {
            case true?: wakeUps.ring()
            // A path that died without a word is found out.
            case false?: try? session.run("SELECT 1", in: settings.statementTimeout, alarm: alarm)
            case nil: return
            }
        }
    }

    private static let silenceMax: Duration = .seconds(30)
}
