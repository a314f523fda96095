import CZeroOnFree
import RelayCommands
import RelayServer

// The relay whose pages may speak as fast as they can, for measuring: nothing else differs, and it
// says so when it starts. Never shipped, so that no setting of the product lifts a rate.
Lethe.main(
    forgetting: .overwriting(
        allocatorForgets: { zero_on_free_is_in_force() },
        giveBackMemory: { _ = zero_on_free_give_back() }),
    rates: .lifted)
