using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Benchmarks.Quality.Tasks;

namespace MLNet.DeepExt.Benchmarks.Quality.Sets;

/// <summary>
/// Adult (Kohavi 1996): whether a person of the census of 1994 earned more than 50,000 dollars. What is not known is written as ?, which is
/// one category more.
/// </summary>
internal sealed record AdultSet()
    : TableSet("adult", "adult", 0.871, new BinaryTask(), new TableFiles("adult-train.csv") { Test = "adult-test.csv" })
{
    private static readonly string[] Numbers = ["Age", "SamplingWeight", "YearsOfEducation", "CapitalGain", "CapitalLoss", "HoursPerWeek"];

    private static readonly string[] Categories =
        ["WorkClass", "Education", "MaritalStatus", "Occupation", "Relationship", "Race", "Sex", "Country"];

    private static readonly string[] AllColumns =
    [
        "Age", "WorkClass", "SamplingWeight", "Education", "YearsOfEducation", "MaritalStatus", "Occupation", "Relationship", "Race", "Sex",
        "CapitalGain", "CapitalLoss", "HoursPerWeek", "Country",
    ];

    // The test file ends its labels with a point.
    private static readonly KeyValuePair<string, bool>[] Labels =
        [new("<=50K", false), new("<=50K.", false), new(">50K", true), new(">50K.", true)];

    protected override IEnumerable<TextLoader.Column> Columns =>
        AllColumns.Select((name, index) => new TextLoader.Column(name, Numbers.Contains(name) ? DataKind.Single : DataKind.String, index))
            .Append(new("Income", DataKind.String, AllColumns.Length));

    public override IEstimator<ITransformer> Preparation(MLContext context) =>
        context.Transforms.Conversion.MapValue("Label", Labels, "Income")
            .Append(context.Transforms.Concatenate("Numbers", Numbers))
            .Append(context.Transforms.NormalizeInputs("Numbers"))
            .Append(context.Transforms.Categorical.OneHotEncoding([.. Categories.Select(name => new InputOutputColumnPair(name))]))
            .Append(context.Transforms.Concatenate("Features", [.. Categories, "Numbers"]));
}
