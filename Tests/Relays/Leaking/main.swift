import CZeroOnFree
import Glibc
import RelayCommands
import RelayServer

// The relay with leaks of its own, one for each thing that an audit looks at; `LEAK` in the
// environment names those that are open. Never shipped.
let leakNames = getenv("LEAK").map { String(cString: $0) } ?? "memory"
let leaks = Leaks(named: leakNames)
var forgetting = Forgetting.overwriting(allocatorForgets: { zero_on_free_is_in_force() })
let wipe = forgetting.wipe
forgetting.wipe = { bytes in
    leaks.take(UnsafeRawBufferPointer(bytes))
    wipe(bytes)
}
// A soak measures a relay whose rates are lifted.
Lethe.main(forgetting: forgetting, rates: leakNames == "trickle" ? .lifted : .shipped)
