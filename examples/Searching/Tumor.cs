using System.Globalization;
using Microsoft.ML.Data;

namespace Searching;

/// <summary>A tumour, as 30 measures of the nuclei of its cells in a picture.</summary>
public sealed class Tumor
{
    /// <summary>Mean, standard error and worst of ten measures, such as radius and smoothness.</summary>
    [VectorType(30)]
    public float[] Features { get; set; } = [];

    /// <summary>Whether it is malignant.</summary>
    public bool Label { get; set; }

    /// <summary>The 569 embedded tumours, in the order of the file.</summary>
    public static IReadOnlyList<Tumor> Load()
    {
        using Stream resource = typeof(Tumor).Assembly.GetManifestResourceStream("breast_cancer.csv")!;
        using var reader = new StreamReader(resource);
        reader.ReadLine(); // the number of rows and columns, and the names of the classes: malignant, benign
        var tumors = new List<Tumor>();
        while (reader.ReadLine() is { } line)
        {
            float[] numbers = [.. line.Split(',').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
            tumors.Add(new Tumor { Features = numbers[..30], Label = numbers[30] == 0 });
        }

        return tumors;
    }
}
