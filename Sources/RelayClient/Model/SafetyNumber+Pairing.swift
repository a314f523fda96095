import SealedChat

extension SafetyNumber {
    init(_ safety: Safety, isBeyondLimit: Bool) {
        self.init(
            digits: safety.code?.digits, isBeyondLimit: isBeyondLimit,
            comparison: Comparison(safety.comparison), theirs: safety.theirs.map(Comparison.init))
    }
}

extension SafetyNumber.Comparison {
    init(_ comparison: Safety.Comparison) {
        self =
            switch comparison {
            case .notCompared: .notCompared
            case .compared: .compared
            case .different: .different
            }
    }
}
