using Microsoft.ML.Data;

namespace Digits;

/// <summary>A handwritten digit: what the pipeline reads.</summary>
public sealed class Digit
{
    /// <summary>An 8×8 image, row by row, each pixel from 0 to 16.</summary>
    [ColumnName("Features"), VectorType(64)]
    public float[] Pixels { get; set; } = [];

    /// <summary>Which digit it is, from 0 to 9.</summary>
    public int Label { get; set; }
}

/// <summary>What the model says of a digit.</summary>
public sealed class Prediction
{
    /// <summary>Which digit it takes it for.</summary>
    public int PredictedLabel { get; set; }

    /// <summary>The probability of each class.</summary>
    public float[] Score { get; set; } = [];
}
