using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.DeepExt.Benchmarks.Quality.Tasks;

namespace MLNet.DeepExt.Benchmarks.Quality.Sets;

/// <summary>
/// California housing (Pace and Barry 1997, with the nearness to the ocean that Géron added): what houses of a block of 1990 are worth, in
/// dollars, of which some bedrooms are missing.
/// </summary>
internal sealed record CaliforniaSet()
    : TableSet(
        "california-housing", "california-housing", 0.443, new RegressionTask(Unit: 1e5),
        new TableFiles("housing.csv") { HaveHeader = true, EndWithClass = false })
{
    private static readonly string[] Numbers =
    [
        "Longitude", "Latitude", "MedianAge", "Rooms", "Bedrooms", "Population", "Households", "MedianIncome",
    ];

    // Their values range over some powers of ten, with few large ones.
    private static readonly string[] Skewed = ["Rooms", "Bedrooms", "Population", "Households", "MedianIncome"];

    protected override IEnumerable<TextLoader.Column> Columns =>
        Numbers.Select((name, index) => new TextLoader.Column(name, DataKind.Single, index))
            .Append(new("Label", DataKind.Single, 8))
            .Append(new("Ocean", DataKind.String, 9));

    public override IEstimator<ITransformer> Preparation(MLContext context) =>
        context.Transforms.ReplaceMissingValues("Bedrooms", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean)
            .Append(Logarithms(context))
            .Append(context.Transforms.Concatenate("Numbers", Numbers))
            .Append(context.Transforms.NormalizeInputs("Numbers"))
            .Append(context.Transforms.Categorical.OneHotEncoding("Ocean"))
            .Append(context.Transforms.Concatenate("Features", "Numbers", "Ocean"));

    private static IEstimator<ITransformer> Logarithms(MLContext context) => Skewed.Aggregate(
        (IEstimator<ITransformer>)new EstimatorChain<ITransformer>(),
        (chain, name) => chain.Append(context.Transforms.Expression(name, "x => log(x)", name)));
}
