namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>What is done to a row of numbers, which it may change.</summary>
/// <param name="numbers">(slots).</param>
internal delegate void RowAction(Span<float> numbers);
