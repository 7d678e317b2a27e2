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

/// <summary>One of several classes: the label is a key, the network has an output for each class.</summary>
internal sealed class MulticlassTask(SoftmaxCrossEntropy loss, LabelWeights weights) : LearningTask
{
    private const double SmoothingByPreset = 0.1;

    /// <summary>Whether the smoothing of labels was set, so that no preset chooses it.</summary>
    public bool IsSmoothingGiven { get; init; }

    public override int FewestOutputs => 2;

    public override IReadOnlyList<Metric>? UsualMetrics => null;

    public override SchemaShape.Column RequireLabel(IExceptionContext context, SchemaShape inputSchema, string columnName) =>
        SchemaShapes.Require(
            context, inputSchema, "label", SchemaShapes.Scalar(columnName, NumberDataViewType.UInt32, isKey: true));

    public override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) => ScoreShapes.OfMulticlass(label);

    public override LabelForm FormOf(DataViewSchema.Column label)
    {
        ulong count = ((KeyDataViewType)label.Type).Count;
        return count is >= 2 and <= int.MaxValue
            ? new KeyLabel(label.Name, (int)count)
            : throw new InvalidOperationException(count == 1
                ? $"Label column '{label.Name}' is a key of 1 value, but two are needed; check it, and the file, or the filter, that the rows come " +
                    "from."
                : $"Label column '{label.Name}' is a key of {count} values, but 2 to {int.MaxValue} are needed; " +
                    "make it with MapValueToKey.");
    }

    public override int OutputsFor(LabelForm label) => label.Size;

    public override Loss CreateLoss(TargetStatistics? targets, Loss? earlier = null) => loss;

    public override Loss ByPreset(Loss usual, int outputs, TargetStatistics? targets) =>
        IsSmoothingGiven || outputs < 3 ? usual : loss with { LabelSmoothing = SmoothingByPreset };

    public override NeuralNetworkTransformer CreateTransformer(IHost host, NetworkContent content) =>
        new NeuralNetworkMulticlassTransformer(host, content);

    public override bool Understands(Loss loss) => TaskFit.Multiclass.Understands(loss);

    public override ClassWeights WeightsOf(DataViewSchema.Column label) => weights.ByClass(label.Name, KeyValues.Texts(label));

    public override string? FindDifference(
        DataViewSchema.Column first, DataViewSchema.Column second, (string First, string Second) names) =>
        KeyValues.FindDifference(first, second) is var (key, inFirst, inSecond)
            ? $"has value {inSecond} at key {key} in {names.Second} but {inFirst} in {names.First}"
            : null;
}
