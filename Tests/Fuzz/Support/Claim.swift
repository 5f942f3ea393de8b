/// What must hold for every input. If it does not, the process ends here: libFuzzer then keeps the input.
public func claim(_ holds: Bool, _ sentence: @autoclosure () -> String) {
    guard !holds else { return }
    // Not a precondition, of which an optimised build does not print the sentence.
    fatalError("the claim does not hold: \(sentence())")
}
