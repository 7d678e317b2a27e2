using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Tasks;

/// <summary>What cannot be cross-validated is refused before anything is trained.</summary>
[Trait("Spec", "A15")]
public sealed class FoldsTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _rows;

    public FoldsTests() => _rows = TaskRow.Prepare(_context, TaskRow.Generate(20, seed: 1));

    [Theory]
    [InlineData(1, "numberOfFolds must be from 2 to 10000 but is 1; 5 is the default.")]
    [InlineData(int.MaxValue, "numberOfFolds must be from 2 to 10000 but is 2147483647; 5 is the default.")]
    [InlineData(
        1000, "numberOfFolds is 1000 but fold 0 gets none of the 20 rows, which are put into folds at random; use fewer folds, or more rows.")]
    public void Folds_without_rows_are_refused(int numberOfFolds, string expected)
    {
        Refused(() => _context.MultiLabelClassification.CrossValidate(_rows, Never(), numberOfFolds, "Flags"));
        Refused(() => _context.MultiTargetRegression.CrossValidate(_rows, Never(), numberOfFolds, "Numbers"));

        void Refused(Action validate)
        {
            var exception = Assert.Throws<ArgumentException>(validate);
            Assert.Equal((expected, "numberOfFolds"), (exception.WithoutParameter(), exception.ParamName));
        }
    }

    [Fact]
    public void Folds_by_a_column_of_few_values_are_refused()
    {
        IDataView one = _context.Transforms.CopyColumns("Key", "Class").Fit(_rows).Transform(_rows);
        Assert.Matches(
            "^numberOfFolds is 12 but fold [0-9]+ gets none of the 20 rows, which are put into folds at random by their values in column 'Key'; " +
            "use fewer folds, or a column of more values\\.$",
            Assert.Throws<ArgumentException>(
                () => _context.MultiLabelClassification.CrossValidate(one, Never(), 12, "Flags", "Key")).WithoutParameter());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Class")]
    [InlineData("Number")]
    [InlineData("Text")]
    public void Rows_of_all_folds_are_counted_in_one_pass_as_ML_NET_divides_them(string? samplingKeyColumnName)
    {
        const int Folds = 7;
        IDataView texts = _context.Transforms.Conversion.ConvertType("Text", "Number", DataKind.String).Fit(_rows).Transform(_rows);
        int rows = 0;
        var watched = new WatchedDataView(texts, _ => rows++);
        SampledFolds folds = SampledFolds.Of(_context.Data, watched, Folds, samplingKeyColumnName, seed: 5);
        // By a column of numbers, ML.NET reads its smallest and largest before.
        (int cursorsBefore, rows) = (watched.Cursors, 0);
        (long[] ofFolds, long all) = folds.CountRows(((IHostEnvironment)_context).Register("tests"));
        Assert.Equal((cursorsBefore + 1, 20, 20), (watched.Cursors, rows, all));

        IReadOnlyList<DataOperationsCatalog.TrainTestData> expected =
            _context.Data.CrossValidationSplit(texts, Folds, samplingKeyColumnName, seed: 5);
        Assert.Equal(expected.Select(fold => (long)Numbers(fold.TestSet).Length), ofFolds);
        Assert.Equal(expected.Select(fold => Numbers(fold.TestSet)), folds.Parts.Select(fold => Numbers(fold.TestSet)));
        Assert.Equal(expected.Select(fold => Numbers(fold.TrainSet)), folds.Parts.Select(fold => Numbers(fold.TrainSet)));

        static float[] Numbers(IDataView data) => [.. data.GetColumn<float>("Number")];
    }

    [Fact]
    public void Columns_that_do_not_exist_are_refused()
    {
        Assert.Equal(
            "Could not find label column 'Flag'; did you mean 'Flags'?",
            Refusal(() => _context.MultiLabelClassification.CrossValidate(_rows, Never(), labelColumnName: "Flag")));
        Assert.Equal(
            "Could not find weight column 'Weigth'; did you mean 'Weight'?",
            Refusal(() => _context.MultiLabelClassification.CrossValidate(
                _rows, Never(), labelColumnName: "Flags", exampleWeightColumnName: "Weigth")));
        Assert.Equal(
            "Could not find sampling key column 'Clas'; did you mean 'Class'?",
            Refusal(() => _context.MultiLabelClassification.CrossValidate(
                _rows, Never(), labelColumnName: "Flags", samplingKeyColumnName: "Clas")));
    }

    [Fact]
    public void An_estimator_that_does_not_know_its_output_is_trained()
    {
        foreach (Action validate in (Action[])
        [
            () => _context.MultiLabelClassification.CrossValidate(_rows, new Untrainable { KnowsOutput = false }, labelColumnName: "Flags"),
            () => _context.MultiTargetRegression.CrossValidate(
                _rows, new Untrainable { KnowsOutput = false }, labelColumnName: "Numbers", exampleWeightColumnName: "Weight"),
        ])
        {
            Assert.Equal("it was trained", Assert.Throws<Xunit.Sdk.XunitException>(validate).Message);
        }
    }

    private static string Refusal(Action action) => Assert.Throws<ArgumentOutOfRangeException>(action).WithoutParameter();

    // Nothing is trained.
    private IEstimator<ITransformer> Never() => new Untrainable();

    private sealed class Untrainable : IEstimator<ITransformer>
    {
        public bool KnowsOutput { get; init; } = true;

        public ITransformer Fit(IDataView input) => throw new Xunit.Sdk.XunitException("it was trained");

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
            KnowsOutput ? inputSchema : throw new NotImplementedException();
    }
}
