using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Trainers;

/// <summary>One number: the label is a <see cref="float"/>; the network has one output, or one for each quantile.</summary>
/// <param name="loss">The loss; where it has no scaling of its own, targets are standardized.</param>
internal sealed class RegressionTask(ElementwiseLoss loss) : LearningTask
{
    public override int FewestOutputs => loss is Quantile quantile ? Math.Max(1, quantile.Quantiles.Count) : 1;

    public override IReadOnlyList<Metric>? UsualMetrics =>
        loss is Quantile quantile ? [new PinballLoss { Quantiles = quantile.Quantiles }] : null;

    /// <summary>
    /// The loss with the scaling of the model whose training goes on, or that of the targets, unless it has one of its own.
    /// </summary>
    public static ElementwiseLoss Scaled(ElementwiseLoss loss, TargetStatistics? targets, Loss? earlier) =>
        loss.Scaling is null ? loss with { Scaling = (earlier as ElementwiseLoss)?.Scaling ?? targets?.ToScaling() } : loss;

    public override SchemaShape.Column RequireLabel(IExceptionContext context, SchemaShape inputSchema, string columnName) =>
        SchemaShapes.Require(context, inputSchema, "label", SchemaShapes.Scalar(columnName, NumberDataViewType.Single));

    public override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) => ScoreShapes.OfRegression(loss is Quantile);

    public override LabelForm FormOf(DataViewSchema.Column label) => new NumberLabel(label.Name);

    public override int OutputsFor(LabelForm label) => FewestOutputs;

    public override Loss CreateLoss(TargetStatistics? targets, Loss? earlier = null) => Scaled(loss, targets, earlier);

    public override bool Understands(Loss other) => (loss, other) switch
    {
        (Quantile own, Quantile given) => own.Quantiles.SequenceEqual(given.Quantiles),
        (Quantile, _) or (_, Quantile) => false,
        _ => other is ElementwiseLoss,
    };

    public override ClassWeights WeightsOf(DataViewSchema.Column label) => ClassWeights.None;

    public override string? FindDifference(
        DataViewSchema.Column first, DataViewSchema.Column second, (string First, string Second) names) => null;
}
