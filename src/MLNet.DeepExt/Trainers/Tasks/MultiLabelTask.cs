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

/// <summary>
/// Several questions of yes or no: the label is a vector of <see cref="bool"/>, or of <see cref="float"/> with NaN where an answer is
/// missing; the network has an output for each.
/// </summary>
internal sealed class MultiLabelTask(BinaryLoss loss) : LearningTask
{
    public override int FewestOutputs => 1;

    public override IReadOnlyList<Metric>? UsualMetrics { get; } = [new HammingLoss(), new SubsetAccuracy()];

    /// <summary>How the label column of a multi-label data view is read.</summary>
    public static FlagsLabel LabelOf(DataViewSchema.Column label)
    {
        var type = (VectorDataViewType)label.Type;
        return new FlagsLabel(label.Name, type.Size, areBooleans: type.ItemType is BooleanDataViewType);
    }

    /// <inheritdoc cref="LearningTask.RequireLabel"/>
    public static SchemaShape.Column Require(IExceptionContext context, SchemaShape inputSchema, string columnName) =>
        SchemaShapes.Require(
            context, inputSchema, "label",
            SchemaShapes.Vector(columnName, BooleanDataViewType.Instance), SchemaShapes.Vector(columnName, NumberDataViewType.Single));

    public override SchemaShape.Column RequireLabel(IExceptionContext context, SchemaShape inputSchema, string columnName) =>
        Require(context, inputSchema, columnName);

    public override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) => ScoreShapes.OfMultiLabel(label);

    public override LabelForm FormOf(DataViewSchema.Column label) => LabelOf(label);

    public override int OutputsFor(LabelForm label) => label.Size;

    public override Loss CreateLoss(TargetStatistics? targets, Loss? earlier = null) => loss;

    public override NeuralNetworkTransformer CreateTransformer(IHost host, NetworkContent content) =>
        new NeuralNetworkMultiLabelTransformer(host, content);

    public override bool Understands(Loss loss) => TaskFit.MultiLabel.Understands(loss);

    public override ClassWeights WeightsOf(DataViewSchema.Column label) => ClassWeights.None;

    public override string? FindDifference(
        DataViewSchema.Column first, DataViewSchema.Column second, (string First, string Second) names) =>
        SlotNames.FindDifference(first, second, names);
}
