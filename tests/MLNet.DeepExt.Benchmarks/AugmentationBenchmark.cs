using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Benchmarks.Workloads;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Benchmarks;

/// <summary>What augmentation costs: epochs of workload (a) with one recipe and another beside epochs without, in turn.</summary>
internal static class AugmentationBenchmark
{
    private static readonly Workload Images = Workload.Named("a");

    private static readonly (string Name, AugmentationRecipe? Recipe)[] Recipes =
    [
        ("nothing", null),
        ("flip, shift", Augment.Flip().Shift(0.1f)),
        ("zoom, rotate, shift, shear", Augment.Zoom(0.85f, 1.15f).Rotate(15).Shift(0.1f).Shear(10)),
        ("distort", Augment.Distort(34, 4)),
        ("zoom, rotate, shift, shear, distort", Augment.Zoom(0.85f, 1.15f).Rotate(15).Shift(0.1f).Shear(10).Distort(34, 4)),
        ("noise", Augment.Noise(0.05f)),
        ("mix-up", Augment.MixUp(0.2f)),
        ("all", Augment.Flip().Zoom(0.8f, 1).Rotate(15).Shift(0.1f).Shear(10).Distort(34, 4).Noise(0.05f).Brightness(0.2f).Contrast(0.2f)
            .CutOut(8).MixUp(0.2f)),
    ];

    public static void Run(int rounds)
    {
        LabeledRows data = WorkloadData.Random(Images, Images.Rows).ToRows(Images);
        foreach (int threads in new[] { 1, 2 })
        {
            var figures = new Medians();
            foreach ((string name, AugmentationRecipe? recipe) in Recipes)
                figures.Add(name, () => SecondsOfAnEpoch(data, recipe?.OnImages(28, 28), threads));
            figures.Measure(rounds);
            double plain = figures.Results.First().Median;
            Medians.WriteLine($"{threads} threads train, of {Environment.ProcessorCount} processors:");
            foreach ((string name, double median, double least, double most) in figures.Results)
            {
                double ratio = median / plain;
                Medians.WriteLine($"  {name,-36} {median,7:0.000} s an epoch, {least:0.000} to {most:0.000}, {ratio:0.00} times as long");
            }
        }
    }

    // The second of two: the first one also pays for the compiler and for memory.
    private static double SecondsOfAnEpoch(LabeledRows data, AugmentationRecipe? recipe, int threads)
    {
        var options = new TrainingOptions
        {
            BatchSize = Images.BatchSize,
            NumberOfThreads = threads,
            MaximumEpochs = 2,
            ValidationFraction = 0,
            Augmentation = recipe,
        };
        TrainingResult result = new Trainer(Images.Spec, Images.Loss, options).Train(data);
        return data.Count / result.History.Epochs[^1].RowsPerSecond;
    }
}
