using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tasks;

/// <summary>Several numbers to predict for each row: trainers for them, and how their models are judged.</summary>
public sealed class MultiTargetRegressionCatalog : TaskCatalog<MultiTargetRegressionMetrics>
{
    internal MultiTargetRegressionCatalog(MLContext context)
        : base(context)
    {
        Trainers = new MultiTargetRegressionTrainers(Environment);
    }

    /// <summary>The trainers.</summary>
    public MultiTargetRegressionTrainers Trainers { get; }

    /// <summary>Judges scored rows.</summary>
    /// <param name="data">Rows with labels and scores. Those without a label, or without scores, are left out.</param>
    /// <param name="labelColumnName">The column of labels: a known-sized vector of <see cref="float"/>, NaN where one is missing.</param>
    /// <param name="scoreColumnName">The column of predictions, one for each label.</param>
    /// <param name="exampleWeightColumnName">A column of weights; null, the default, weighs all rows alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or there are not as many scores as labels.</exception>
    public MultiTargetRegressionMetrics Evaluate(
        IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score", string? exampleWeightColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        IHost host = Environment.Register(nameof(MultiTargetRegressionCatalog));
        MultiTargetTask.Require(host, SchemaShapes.Of(data.Schema), labelColumnName);
        ScoredTable table = TaskTable.Of(
            host, data, MultiTargetTask.LabelOf(data.Schema[labelColumnName]), scoreColumnName, exampleWeightColumnName);
        int targets = table.Columns.Label.Size;
        TargetFold squared = new(new RootMeanSquaredError(), targets), absolute = new(new MeanAbsoluteError(), targets);
        var share = new TargetFold(new RSquared(), targets);
        table.Fold(squared, absolute, share);
        return new MultiTargetRegressionMetrics
        {
            TargetNames = SlotNames.Of(data.Schema[labelColumnName]) ?? [],
            RootMeanSquaredErrors = squared.Values,
            MeanAbsoluteErrors = absolute.Values,
            RSquareds = share.Values,
        };
    }

    private protected override MultiTargetRegressionMetrics EvaluateFold(
        IDataView scored, string labelColumnName, string? exampleWeightColumnName) =>
        Evaluate(scored, labelColumnName, exampleWeightColumnName: exampleWeightColumnName);

    /// <summary>The trainers for multi-target regression.</summary>
    public sealed class MultiTargetRegressionTrainers
    {
        internal MultiTargetRegressionTrainers(IHostEnvironment environment)
        {
            Environment = environment;
        }

        internal IHostEnvironment Environment { get; }
    }
}
