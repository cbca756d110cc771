/// What the demo leaves its user with.
enum DemoText {
    static func invitation(publicURL: String, adminURL: String, token: String, adminToken: String) -> String {
        """

        Now you. These lines can be pasted into another terminal; Ctrl-C ends the demo.

          # order a video
          curl -s \(publicURL)/api/v1/generate/text-to-video \\
            -H "Authorization: Bearer \(token)" -H "Content-Type: application/json" \\
            -d '{"prompt": "A lighthouse in a storm", "duration_seconds": 3}'

          # follow it (put the request_id here); ?wait=30 answers when something changes
          curl -s "\(publicURL)/api/v1/status/REQUEST_ID?wait=30" -H "Authorization: Bearer \(token)"

          # what the team may still spend, and what an order would cost
          curl -s \(publicURL)/api/v1/billing/balance -H "Authorization: Bearer \(token)"
          curl -s \(publicURL)/gateway/v1/quote -H "Authorization: Bearer \(token)" \\
            -H "Content-Type: application/json" -d '{"prompt": "x", "duration_seconds": 10}'

          # run it as an administrator
          export VINCI_GATEWAY_ADMIN_URL=\(adminURL) VINCI_GATEWAY_ADMIN_TOKEN=\(adminToken)
          vinci-gateway budget list
          vinci-gateway audit list
        """
    }
}
