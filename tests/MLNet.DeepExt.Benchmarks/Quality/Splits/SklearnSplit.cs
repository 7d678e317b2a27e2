using System.Globalization;

namespace MLNet.DeepExt.Benchmarks.Quality.Splits;

/// <summary>
/// The test rows that scikit-learn's train_test_split draws with random_state 0, of the sets that have no test file: so that figures can be compared
/// with those of programs in Python. sklearn_splits.py beside this file wrote them.
/// </summary>
internal static class SklearnSplit
{
    /// <summary>The numbers of the test rows, ascending.</summary>
    /// <param name="set">The name of the set.</param>
    public static int[] TestRows(string set)
    {
        string name = $"Splits/{set}.txt";
        using Stream stream = typeof(SklearnSplit).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"There is no split of scikit-learn for {set}; add it to sklearn_splits.py, and run that.");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split(' ').Select(row => int.Parse(row, CultureInfo.InvariantCulture))];
    }
}
