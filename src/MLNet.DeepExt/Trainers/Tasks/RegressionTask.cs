using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Trainers;

/// <summary>One number: the label is a <see cref="float"/>; the network has one output, or one for each quantile.</summary>
/// <param name="loss">The loss; where it has no scaling of its own, targets are standardized.</param>
/// <param name="clamps">Whether predictions are kept within the range of the labels; null to have it chosen.</param>
/// <param name="calibratesQuantiles">Whether quantiles are shifted to hold on the validation rows.</param>
internal sealed class RegressionTask(ElementwiseLoss loss, bool? clamps = null, bool calibratesQuantiles = false) : LearningTask
{
    public override int FewestOutputs => loss is Quantile quantile ? Math.Max(1, quantile.Quantiles.Count) : 1;

    public override bool PredictsNumbers => true;

    public override bool CalibratesQuantiles => calibratesQuantiles && loss is Quantile;

    public override IReadOnlyList<Metric>? UsualMetrics =>
        loss is Quantile quantile ? [new PinballLoss { Quantiles = quantile.Quantiles }] : null;

    public override SchemaShape.Column RequireLabel(IExceptionContext context, SchemaShape inputSchema, string columnName) =>
        SchemaShapes.Require(context, inputSchema, "label", SchemaShapes.Scalar(columnName, NumberDataViewType.Single));

    public override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) => ScoreShapes.OfRegression(loss is Quantile);

    public override LabelForm FormOf(DataViewSchema.Column label) => new NumberLabel(label.Name);

    public override int OutputsFor(LabelForm label) => FewestOutputs;

    public override Loss CreateLoss(TargetStatistics? targets, Loss? earlier = null) =>
        NumberLoss.Of(loss, clamps, targets, earlier as ElementwiseLoss);

    public override bool ReadsTargets(Loss? earlier) => NumberLoss.ReadsTargets(loss, clamps, earlier as ElementwiseLoss);

    // A quantile may lie beyond what was seen of few rows.
    public override Loss ByPreset(Loss usual, int outputs, TargetStatistics? targets) =>
        usual is Quantile ? usual : NumberLoss.ByPreset((ElementwiseLoss)usual, clamps, targets);

    public override NeuralNetworkTransformer CreateTransformer(IHost host, NetworkContent content) =>
        new NeuralNetworkRegressionTransformer(host, content);

    public override bool Understands(Loss other) => (loss, other) switch
    {
        (Quantile own, Quantile given) => own.Quantiles.SequenceEqual(given.Quantiles),
        (Quantile, _) or (_, Quantile) => false,
        _ => TaskFit.Regression.Understands(other),
    };

    public override ClassWeights WeightsOf(DataViewSchema.Column label) => ClassWeights.None;

    public override string? FindDifference(
        DataViewSchema.Column first, DataViewSchema.Column second, (string First, string Second) names) => null;
}
