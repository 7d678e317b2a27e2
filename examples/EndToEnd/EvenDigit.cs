using Digits;
using Microsoft.ML.Data;

namespace EndToEnd;

/// <summary>A picture of a digit, with the answer that is wanted and the digit that the first of two stages learns.</summary>
internal sealed class EvenDigit
{
    [VectorType(64)]
    public float[] Pixels { get; set; } = [];

    public int Digit { get; set; }

    public bool IsEven { get; set; }

    public static EvenDigit Of(Digit digit) => new() { Pixels = digit.Pixels, Digit = digit.Label, IsEven = digit.Label % 2 == 0 };
}
