namespace MLNet.DeepExt.Tests.Selection;

/// <summary>A row of the notes' table: a country, and the scores of six classifiers, of which a share is wrong in each country.</summary>
public sealed class CountryRow
{
    // Rows of the country, and the error of each classifier in percent.
    private static readonly (string Country, int Rows, int[] Errors)[] Table =
    [
        ("US", 400, [3, 5, 2, 5, 4, 7]),
        ("China", 200, [7, 6, 3, 8, 5, 11]),
        ("India", 300, [5, 5, 4, 7, 2, 8]),
        ("Other", 100, [9, 10, 5, 2, 4, 12]),
    ];

    public string Country { get; set; } = "";

    public bool Label { get; set; }

    public float A { get; set; }

    public float B { get; set; }

    public float C { get; set; }

    public float D { get; set; }

    public float E { get; set; }

    public float F { get; set; }

    public static CountryRow[] All() => [.. Table.SelectMany(line => Enumerable.Range(0, line.Rows).Select(i =>
    {
        bool label = i % 2 == 0;
        float[] scores = [.. line.Errors.Select(error => i < error * line.Rows / 100 == label ? -1f : 1f)];
        return new CountryRow
        {
            Country = line.Country,
            Label = label,
            A = scores[0],
            B = scores[1],
            C = scores[2],
            D = scores[3],
            E = scores[4],
            F = scores[5],
        };
    }))];
}
