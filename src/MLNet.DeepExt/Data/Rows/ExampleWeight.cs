using System.Globalization;

namespace MLNet.DeepExt.Data;

/// <summary>Holds a column of weights to what weights can be.</summary>
internal static class ExampleWeight
{
    /// <summary>An error for a weight that makes no sense; null for one that does, and for one that is missing (NaN).</summary>
    public static InvalidOperationException? FindFault(string? columnName, float weight) => weight < 0 || float.IsInfinity(weight)
        ? new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"Weights in column '{columnName}' must be finite and not negative but one is {weight}; use 0 to leave a row out."))
        : null;
}
