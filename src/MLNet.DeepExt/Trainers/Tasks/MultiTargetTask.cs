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

/// <summary>Several numbers: the label is a vector of <see cref="float"/>, the network has an output for each.</summary>
/// <param name="loss">The loss; where it has no scaling of its own, targets are standardized.</param>
/// <param name="clamps">Whether predictions are kept within the range of each target; null to have it chosen.</param>
internal sealed class MultiTargetTask(ElementwiseLoss loss, bool? clamps = null) : LearningTask
{
    public override int FewestOutputs => loss.Scaling?.Means.Count ?? 1;

    public override bool PredictsNumbers => true;

    public override IReadOnlyList<Metric>? UsualMetrics => null;

    /// <summary>How the label column of a multi-target data view is read.</summary>
    public static NumbersLabel LabelOf(DataViewSchema.Column label) => new(label.Name, ((VectorDataViewType)label.Type).Size);

    /// <inheritdoc cref="LearningTask.RequireLabel"/>
    public static SchemaShape.Column Require(IExceptionContext context, SchemaShape inputSchema, string columnName) =>
        SchemaShapes.Require(context, inputSchema, "label", SchemaShapes.Vector(columnName, NumberDataViewType.Single));

    public override SchemaShape.Column RequireLabel(IExceptionContext context, SchemaShape inputSchema, string columnName) =>
        Require(context, inputSchema, columnName);

    public override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) => ScoreShapes.OfMultiTarget(label);

    public override LabelForm FormOf(DataViewSchema.Column label) => LabelOf(label);

    public override int OutputsFor(LabelForm label) => label.Size;

    public override Loss CreateLoss(TargetStatistics? targets, Loss? earlier = null) =>
        NumberLoss.Of(loss, clamps, targets, earlier as ElementwiseLoss);

    public override bool ReadsTargets(Loss? earlier) => NumberLoss.ReadsTargets(loss, clamps, earlier as ElementwiseLoss);

    public override Loss ByPreset(Loss usual, int outputs, TargetStatistics? targets) =>
        NumberLoss.ByPreset((ElementwiseLoss)usual, clamps, targets);

    public override NeuralNetworkTransformer CreateTransformer(IHost host, NetworkContent content) =>
        new NeuralNetworkMultiTargetTransformer(host, content);

    public override bool Understands(Loss loss) => TaskFit.MultiTarget.Understands(loss);

    public override ClassWeights WeightsOf(DataViewSchema.Column label) => ClassWeights.None;

    public override string? FindDifference(
        DataViewSchema.Column first, DataViewSchema.Column second, (string First, string Second) names) =>
        SlotNames.FindDifference(first, second, names);
}
