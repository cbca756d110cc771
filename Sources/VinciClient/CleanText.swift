/// Upstream text made fit for replies, logs and the ledger: printable, short, and without any key.
struct CleanText: Sendable {
    /// Unicode scalars; longer text is cut and ends in "…".
    static let lengthMax = 500

    let key: UpstreamKey

    func callAsFunction(_ raw: String) -> String {
        // In this order: a key could be hidden behind a control character, or lose its end to the cut.
        cut(hideKeys(printable(raw)))
    }

    private func printable(_ raw: String) -> String {
        var clean = String.UnicodeScalarView()
        var gap = false
        for scalar in raw.unicodeScalars {
            if scalar.properties.isWhitespace {
                gap = true
            } else if Self.isPrintable(scalar) {
                if gap, !clean.isEmpty { clean.append(" ") }
                gap = false
                clean.append(scalar)
            }
        }
        return String(clean)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private func hideKeys(_ text: String) -> String {
        // Our own key exactly, and whatever else looks like one of Vinci's.
        key.hidden(in: text).replacing(/sk-[A-Za-z0-9_\-]{8,}/, with: "sk-***")
    }

    private func cut(_ text: String) -> String {
        guard text.unicodeScalars.count > Self.lengthMax else { return text }
        return String(text.unicodeScalars.prefix(Self.lengthMax - 1)) + "…"
    }
}
