import CZeroOnFree
import RelayCommands
import RelayServer

// The product: every library of this process frees through `CZeroOnFree`, or it does not start.
Lethe.main(
    forgetting: .overwriting(
        allocatorForgets: { zero_on_free_is_in_force() },
        giveBackMemory: { _ = zero_on_free_give_back() }))
