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

/// <summary>A yes or no: the label is a <see cref="bool"/>, the network has one output.</summary>
internal sealed class BinaryTask(BinaryLoss loss, LabelWeights weights, float threshold) : LearningTask
{
    public override int FewestOutputs => 1;

    public override IReadOnlyList<Metric>? UsualMetrics => null;

    public override SchemaShape.Column RequireLabel(IExceptionContext context, SchemaShape inputSchema, string columnName) =>
        SchemaShapes.Require(context, inputSchema, "label", SchemaShapes.Scalar(columnName, BooleanDataViewType.Instance));

    public override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) => ScoreShapes.OfBinary();

    public override LabelForm FormOf(DataViewSchema.Column label) => new BooleanLabel(label.Name);

    public override int OutputsFor(LabelForm label) => 1;

    public override Loss CreateLoss(TargetStatistics? targets, Loss? earlier = null) => loss;

    public override NeuralNetworkTransformer CreateTransformer(IHost host, NetworkContent content) =>
        new NeuralNetworkBinaryTransformer(host, content, threshold);

    public override bool Understands(Loss loss) => TaskFit.Binary.Understands(loss);

    public override ClassWeights WeightsOf(DataViewSchema.Column label) => weights.ByClass(label.Name, [bool.FalseString, bool.TrueString]);

    public override string? FindDifference(
        DataViewSchema.Column first, DataViewSchema.Column second, (string First, string Second) names) => null;
}
