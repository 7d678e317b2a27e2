using System.Globalization;
using System.IO.Compression;

namespace Digits;

/// <summary>The 1,797 embedded digits, and their division into rows to learn from and rows to test with.</summary>
internal static class DigitData
{
    private const double TestFraction = 0.2;

    /// <summary>All digits, in the order of the file.</summary>
    public static IReadOnlyList<Digit> Load()
    {
        using Stream resource = typeof(DigitData).Assembly.GetManifestResourceStream("digits.csv.gz")!;
        using var reader = new StreamReader(new GZipStream(resource, CompressionMode.Decompress));
        var digits = new List<Digit>();
        while (reader.ReadLine() is { } line)
        {
            float[] numbers = [.. line.Split(',').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
            digits.Add(new Digit { Pixels = numbers[..64], Label = (int)numbers[64] });
        }

        return digits;
    }

    /// <summary>Draws a fifth of every digit for the test; the rest is for training.</summary>
    /// <param name="digits">All digits.</param>
    /// <param name="seed">The same seed gives the same division, in any process.</param>
    public static (IReadOnlyList<Digit> Training, IReadOnlyList<Digit> Test) Split(IReadOnlyList<Digit> digits, int seed)
    {
        var random = new Random(seed);
        var test = new HashSet<Digit>();
        foreach (IGrouping<int, Digit> same in digits.GroupBy(digit => digit.Label).OrderBy(group => group.Key))
        {
            Digit[] shuffled = [.. same];
            random.Shuffle(shuffled);
            test.UnionWith(shuffled.Take((int)Math.Round(TestFraction * shuffled.Length)));
        }

        return ([.. digits.Where(digit => !test.Contains(digit))], [.. digits.Where(test.Contains)]);
    }
}
