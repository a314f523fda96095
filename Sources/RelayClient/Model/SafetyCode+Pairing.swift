import SealedChat

extension SafetyCode {
    init(_ safety: Safety, isBeyondLimit: Bool) {
        self.init(
            digits: safety.code?.digits, isBeyondLimit: isBeyondLimit,
            comparison: Comparison(safety.comparison), theirs: safety.theirs.map(Comparison.init))
    }
}

extension SafetyCode.Comparison {
    init(_ comparison: Safety.Comparison) {
        self =
            switch comparison {
            case .notCompared: .notCompared
            case .compared: .compared
            case .different: .different
            }
    }
}
