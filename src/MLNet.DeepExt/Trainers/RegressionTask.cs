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
internal sealed class RegressionTask(ElementwiseLoss loss) : LearningTask
{
    public override int FewestOutputs => loss is Quantile quantile ? Math.Max(1, quantile.Quantiles.Count) : 1;

    public override bool PredictsNumbers => true;

    public override IReadOnlyList<Metric>? UsualMetrics =>
        loss is Quantile quantile ? [new PinballLoss { Quantiles = quantile.Quantiles }] : null;

    /// <summary>
    /// The loss with the scaling of the model whose training goes on, or that of the targets, unless it has one of its own.
    /// </summary>
    /// <exception cref="ArgumentException">It has another one than the model whose training goes on.</exception>
    public static ElementwiseLoss Scaled(ElementwiseLoss loss, TargetStatistics? targets, Loss? earlier)
    {
        TargetScaling? learned = (earlier as ElementwiseLoss)?.Scaling;
        if (loss.Scaling is null)
            return loss with { Scaling = learned ?? targets?.ToScaling() };
        return learned is null || learned.Equals(loss.Scaling)
            ? loss
            : throw new ArgumentException(
                "Loss has a Scaling but the outputs of ContinueFrom were learned with another; leave it null to go on with that one.",
                nameof(NeuralNetworkRegressionTrainer.Options.Loss));
    }

    public override SchemaShape.Column RequireLabel(IExceptionContext context, SchemaShape inputSchema, string columnName) =>
        SchemaShapes.Require(context, inputSchema, "label", SchemaShapes.Scalar(columnName, NumberDataViewType.Single));

    public override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) => ScoreShapes.OfRegression(loss is Quantile);

    public override LabelForm FormOf(DataViewSchema.Column label) => new NumberLabel(label.Name);

    public override int OutputsFor(LabelForm label) => FewestOutputs;

    public override Loss CreateLoss(TargetStatistics? targets, Loss? earlier = null) => Scaled(loss, targets, earlier);

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
