using System.Globalization;

namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>
/// Covertype: covtype.data, or its first part covtype.20k.data, plain or as .gz, in the folder or in its covertype/ or covertype20k/.
/// </summary>
internal static class CovertypeFile
{
    private const int Features = 54;

    /// <summary>Reads rows, every feature at mean 0 and variance 1; a shorter file is repeated. Null if the file is not there.</summary>
    public static WorkloadData? Read(string folder, int rows)
    {
        string? path = DataFile.Find(folder, ["covertype", "covertype20k"], "covtype.data", "covtype.20k.data");
        if (path is null)
            return null;
        using var reader = new StreamReader(DataFile.Open(path));
        var features = new float[rows * Features];
        var classes = new int[rows];
        int count = 0;
        for (; count < rows && reader.ReadLine() is { } line; count++)
            ReadRow(line, features.AsSpan(count * Features, Features), out classes[count]);

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

    private static void ReadRow(string line, Span<float> features, out int label)
    {
        int column = 0;
        label = 0;
        foreach (Range field in line.AsSpan().Split(','))
        {
            int value = int.Parse(line.AsSpan()[field], CultureInfo.InvariantCulture);
            if (column < Features)
                features[column++] = value;
            else
                label = value - 1;
        }
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
