using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tasks;

/// <summary>Several questions of yes or no about each row: trainers for them, and how their models are judged.</summary>
public sealed class MultiLabelClassificationCatalog : TaskCatalog<MultiLabelClassificationMetrics>
{
    internal MultiLabelClassificationCatalog(MLContext context)
        : base(context)
    {
        Trainers = new MultiLabelClassificationTrainers(Environment);
    }

    /// <summary>The trainers.</summary>
    public MultiLabelClassificationTrainers Trainers { get; }

    /// <summary>Judges scored rows.</summary>
    /// <param name="data">Rows with labels and probabilities. Those without a label, or without probabilities, are left out.</param>
    /// <param name="labelColumnName">
    /// The column of labels: a known-sized vector of <see cref="bool"/>, or of <see cref="float"/> with NaN where a label is missing.
    /// </param>
    /// <param name="probabilityColumnName">The column of probabilities, one for each label.</param>
    /// <param name="exampleWeightColumnName">A column of weights; null, the default, weighs all rows alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or there are not as many probabilities as labels.</exception>
    public MultiLabelClassificationMetrics Evaluate(
        IDataView data,
        string labelColumnName = "Label",
        string probabilityColumnName = "Probability",
        string? exampleWeightColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        IHost host = Environment.Register(nameof(MultiLabelClassificationCatalog));
        MultiLabelTask.Require(host, SchemaShapes.Of(data.Schema), labelColumnName);
        ScoredTable table = TaskTable.Of(
            host, data, MultiLabelTask.LabelOf(data.Schema[labelColumnName]), probabilityColumnName, exampleWeightColumnName);
        Metric[] metrics =
        [
            new SubsetAccuracy(), new HammingLoss(), new F1 { Averaging = Averaging.Micro }, new F1 { Averaging = Averaging.Macro },
            new LabelRankingAveragePrecision(),
        ];
        var fold = new MetricFold(metrics, table.Columns, table.Options, table.Options.NewRankedMemory());
        table.Fold(fold);
        return new MultiLabelClassificationMetrics
        {
            SubsetAccuracy = fold.ValueOf(0),
            HammingLoss = fold.ValueOf(1),
            MicroF1 = fold.ValueOf(2),
            MacroF1 = fold.ValueOf(3),
            LabelRankingAveragePrecision = fold.ValueOf(4),
        };
    }

    private protected override MultiLabelClassificationMetrics EvaluateFold(
        IDataView scored, string labelColumnName, string? exampleWeightColumnName) =>
        Evaluate(scored, labelColumnName, exampleWeightColumnName: exampleWeightColumnName);

    /// <summary>The trainers for multi-label classification.</summary>
    public sealed class MultiLabelClassificationTrainers
    {
        internal MultiLabelClassificationTrainers(IHostEnvironment environment)
        {
            Environment = environment;
        }

        internal IHostEnvironment Environment { get; }
    }
}
