using System.Globalization;

namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>
/// Covertype: covtype.data, or a part of it under a name like covtype.first.data, plain or as .gz, in a folder or in a direct
/// subfolder of it.
/// </summary>
internal static class CovertypeFile
{
    private const int Features = 54, Classes = 7;

    public static bool IsIn(string folder) => Find(folder) is not null;

    /// <summary>Reads rows, every feature at mean 0 and variance 1; a shorter file is repeated. Null if the file is not there.</summary>
    public static WorkloadData? Read(string folder, int rows)
    {
        if (Find(folder) is not { } path)
            return null;
        using var reader = new StreamReader(DataFile.Open(path));
        var features = new float[rows * Features];
        var classes = new int[rows];
        int count = 0;
        for (; count < rows && reader.ReadLine() is { } line && line.Length > 0; count++)
        {
            if (!TryReadRow(line, features.AsSpan(count * Features, Features), out classes[count]))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"Line {count + 1} of {Path.GetFileName(path)} is not {Features} whole numbers and a class from 1 to {Classes}; ")
                    + "take the file as it was published.");
            }
        }

        if (count == 0)
            throw new InvalidDataException($"{Path.GetFileName(path)} has no rows; take the file as it was published.");
        for (int j = 0; j < Features; j++)
            Normalize(features, j, count);
        for (int row = count; row < rows; row++)
        {
            features.AsSpan((row - count) * Features, Features).CopyTo(features.AsSpan(row * Features));
            classes[row] = classes[row - count];
        }

        string repeated = count < rows ? FormattableString.Invariant($", its {count} rows repeated") : "";
        return new WorkloadData(features, classes, "Covertype" + repeated);
    }

    // The whole file before any part of it, wherever it is.
    private static string? Find(string folder) =>
        DataFile.Places(folder).Select(place => DataFile.Find(place, "covtype.data")).FirstOrDefault(path => path is not null)
        ?? DataFile.Places(folder).Select(place => DataFile.Find(place, "covtype", ".data")).FirstOrDefault(path => path is not null);

    // label: from 0.
    private static bool TryReadRow(string line, Span<float> features, out int label)
    {
        int column = 0;
        label = -1;
        foreach (Range field in line.AsSpan().Split(','))
        {
            if (column > Features || !int.TryParse(line.AsSpan()[field], CultureInfo.InvariantCulture, out int value))
                return false;
            if (column < Features)
                features[column] = value;
            else
                label = value - 1;
            column++;
        }

        return label is >= 0 and < Classes;
    }

    // features: (rows, features).
    private static void Normalize(float[] features, int column, int count)
    {
        double sum = 0, squares = 0;
        for (int row = 0; row < count; row++)
        {
            double value = features[row * Features + column];
            sum += value;
            squares += value * value;
        }

        double mean = sum / count;
        double deviation = Math.Sqrt(Math.Max(0, squares / count - mean * mean));
        for (int row = 0; row < count; row++)
        {
            ref float value = ref features[row * Features + column];
            value = deviation == 0 ? 0 : (float)((value - mean) / deviation);
        }
    }
}
