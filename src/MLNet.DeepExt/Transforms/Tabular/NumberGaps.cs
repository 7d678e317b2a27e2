namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>What takes the place of missing numbers in the rows of a vector column, and which slots more say where they are missing.</summary>
/// <param name="Replacements">(slots): the number that takes the place of a missing one; NaN where none does.</param>
/// <param name="IndicatorOfSlot">(slots): which indicator says that the slot is missing; -1 if none does.</param>
/// <param name="IndicatorNames">(indicators): what they are called.</param>
internal sealed record NumberGaps(float[] Replacements, int[] IndicatorOfSlot, string[] IndicatorNames)
{
    public const int NoIndicator = -1;

    public int SlotCount => Replacements.Length;

    /// <summary>Replaces what is missing, NaN or infinite, and sets the indicators of a row.</summary>
    /// <param name="numbers">(slots), in place.</param>
    /// <param name="indicators">(indicators), written: 1 where a slot of theirs is missing, else 0.</param>
    public void Fill(Span<float> numbers, Span<float> indicators)
    {
        indicators.Clear();
        for (int slot = 0; slot < numbers.Length; slot++)
        {
            if (float.IsFinite(numbers[slot]))
                continue;
            numbers[slot] = Replacements[slot];
            if (IndicatorOfSlot[slot] != NoIndicator)
                indicators[IndicatorOfSlot[slot]] = 1;
        }
    }
}
