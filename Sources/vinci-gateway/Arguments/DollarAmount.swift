import ArgumentParser
import Foundation
import GatewayApp

/// Dollars on the command line: `50`, `12.50`, `0.000001`; exact.
struct DollarAmount: ExpressibleByArgument {
    var usd: Decimal

    init?(argument: String) {
        guard let usd = DecimalText.usd(argument) else { return nil }
        self.usd = usd
    }
}
