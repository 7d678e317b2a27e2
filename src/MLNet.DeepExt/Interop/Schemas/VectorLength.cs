namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>Holds a column to what its type says of the length of its vectors.</summary>
internal static class VectorLength
{
    /// <summary>An error for a vector of another length than the type of its column says; null if the length is right.</summary>
    public static InvalidOperationException? FindFault(string columnName, int expected, int actual) => actual == expected
        ? null
        : new InvalidOperationException(
            $"Column '{columnName}' must hold vectors of length {expected}, as its type says, but a row has length {actual}.");
}
