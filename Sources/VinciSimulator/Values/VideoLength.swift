package import Foundation

/// How long a video is, in whole milliseconds.
package struct VideoLength: Sendable, Hashable {
    package var milliseconds: Int

    package init(milliseconds: Int) { self.milliseconds = milliseconds }
    package init(seconds: Int) { self.milliseconds = seconds * 1000 }

    /// Seconds as Vinci reports them, e.g. `5.2`.
    package var seconds: Decimal { Decimal(milliseconds) / 1000 }

    /// $0.05 per second, to the nearest cent, halves up: 5.2 s cost $0.26.
    package var price: USD {
        let microsPerMillisecond: Int64 = 50
        let cent: Int64 = 10_000
        let exact = Int64(milliseconds) * microsPerMillisecond
        return USD(micros: (exact + cent / 2) / cent * cent)
    }
}
