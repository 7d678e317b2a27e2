using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Benchmarks.Quality.Tasks;

namespace MLNet.DeepExt.Benchmarks.Quality.Sets;

/// <summary>
/// 20,000 rows of Covertype (Blackard and Dean 1999): 10 measures of a piece of forest, 44 marks of wilderness area and soil, and which
/// of 7 covers grows there.
/// </summary>
internal sealed record CovertypeSet()
    : TableSet("covertype-20k", "covertype20k", 0.893, new MulticlassTask(), new TableFiles("covtype.20k.data"))
{
    protected override IEnumerable<TextLoader.Column> Columns =>
        [new("Measures", DataKind.Single, 0, 9), new("Marks", DataKind.Single, 10, 53), new("Cover", DataKind.Int32, 54)];

    public override IEstimator<ITransformer> Preparation(MLContext context) =>
        context.Transforms.Conversion.MapValueToKey("Label", "Cover")
            .Append(context.Transforms.NormalizeInputs("Measures"))
            .Append(context.Transforms.Concatenate("Features", "Measures", "Marks"));
}
