import ArgumentParser
import RelayClient

/// What `lethe invite` prints for a provider.
struct SignInLink: Sendable {
    let address: RelayAddress
    let token: String

    init(_ link: String) throws(ValidationError) {
        let parts = link.split(separator: "#", maxSplits: 1)
        guard parts.count == 2, parts[0].hasSuffix("/provider"),
            let address = try? RelayAddress(String(parts[0].dropLast("/provider".count)))
        else {
            throw ValidationError(
                "--sign-in is not a link of `lethe invite`: https://HOST/r/ROOM/provider#TOKEN.")
        }
        self.address = address
        token = String(parts[1])
    }
}
