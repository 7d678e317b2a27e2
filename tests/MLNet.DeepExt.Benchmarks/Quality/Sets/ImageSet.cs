using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Benchmarks.Quality.Tasks;
using MLNet.DeepExt.Benchmarks.Workloads;

namespace MLNet.DeepExt.Benchmarks.Quality.Sets;

/// <summary>MNIST (LeCun et al. 1998) and Fashion-MNIST (Xiao et al. 2017): 60,000 images of 28 × 28 and 10,000 to test with.</summary>
internal sealed record ImageSet(string Name, double Goal) : QualitySet(Name, Name, Goal, new MulticlassTask(), IsTable: false)
{
    private const int TrainingRows = 60_000, TestRows = 10_000, Pixels = 784;

    private static readonly string[] Files =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    public override bool IsIn(string data) => Files.All(file => Find(data, file) is not null);

    public override DataParts Load(MLContext context, string data, SplitKind split, int? heldOutSeed)
    {
        string[] paths = Array.ConvertAll(Files, file => Find(data, file)!);
        Image[] training = Read(paths[0], paths[1], TrainingRows);
        if (heldOutSeed is not { } seed)
            return new DataParts(ViewOf(context, training), ViewOf(context, Read(paths[2], paths[3], TestRows)));
        (int[] remaining, int[] drawn) = StratifiedSplit.Draw(Array.ConvertAll(training, image => image.Class), HeldOutShare, seed);
        return new DataParts(
            ViewOf(context, Array.ConvertAll(remaining, row => training[row])),
            ViewOf(context, Array.ConvertAll(drawn, row => training[row])));
    }

    public override IEstimator<ITransformer> Preparation(MLContext context) =>
        context.Transforms.Conversion.MapValueToKey("Label", nameof(Image.Class));

    private string? Find(string data, string file) => DataFile.Find(Path.Combine(data, Folder), file);

    private static Image[] Read(string images, string labels, int rows)
    {
        byte[] pixels = IdxFile.ReadImages(images, rows), classes = IdxFile.ReadLabels(labels, rows);
        return [.. classes.Select((label, row) => new Image
        {
            Class = label,
            Features = Array.ConvertAll(pixels[(row * Pixels)..((row + 1) * Pixels)], pixel => pixel / 255f),
        })];
    }

    private static IDataView ViewOf(MLContext context, Image[] images) => context.Data.LoadFromEnumerable(images);

    private sealed class Image
    {
        public byte Class { get; set; }

        [VectorType(Pixels)]
        public float[] Features { get; set; } = [];
    }
}
