using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>The rows of a workload: real ones where they are at hand, otherwise random ones of the same size.</summary>
/// <param name="Features">(rows, inputs), row-major.</param>
/// <param name="Classes">(rows).</param>
/// <param name="Source">Where they come from, in words.</param>
internal sealed record WorkloadData(float[] Features, int[] Classes, string Source)
{
    // As many features as a random class depends on, so that there is something to learn.
    private const int TellingFeatures = 8;

    /// <summary>Reads MNIST for (a) and Covertype for (c) if the folder has them; draws everything else.</summary>
    public static WorkloadData Load(Workload workload, string? folder)
    {
        WorkloadData? read = (folder, workload.Name) switch
        {
            (null, _) => null,
            (_, "a") => MnistFiles.Read(folder),
            (_, "c") => CovertypeFile.Read(folder, workload.Rows),
            _ => null,
        };
        return read ?? Random(workload, workload.Rows);
    }

    /// <summary>Uniform features; the class is the one of several random directions that a row goes furthest along.</summary>
    public static WorkloadData Random(Workload workload, int rows)
    {
        var random = new Random(rows);
        int width = workload.Spec.Inputs;
        var features = new float[rows * width];
        foreach (ref float feature in features.AsSpan())
            feature = random.NextSingle() - 0.5f;
        float[] directions = [.. Enumerable.Range(0, workload.Classes * TellingFeatures).Select(_ => random.NextSingle() - 0.5f)];
        var classes = new int[rows];
        for (int row = 0; row < rows; row++)
            classes[row] = Furthest(features.AsSpan(row * width, TellingFeatures), directions);
        return new WorkloadData(features, classes, "random");
    }

    public LabeledRows ToRows(Workload workload) => new(workload.Spec.Inputs, Features, Classes);

    // directions: (classes, telling features).
    private static int Furthest(ReadOnlySpan<float> features, float[] directions)
    {
        int best = 0;
        float furthest = float.NegativeInfinity;
        for (int label = 0; label < directions.Length / TellingFeatures; label++)
        {
            float along = 0;
            for (int j = 0; j < TellingFeatures; j++)
                along += features[j] * directions[label * TellingFeatures + j];
            if (along > furthest)
                (best, furthest) = (label, along);
        }

        return best;
    }
}
