using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Diagnostics;

public sealed class GradientCheckTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(4).Dense(5).Tanh().Dense(3);

    [Fact]
    public void A_wrong_gradient_is_found_and_its_place_named()
    {
        double[] slopes = [1, -2, 0.5];
        GradientCheckPart right = GradientCheckPart.Compare("0.dense.weight", slopes, [1, -2, 0.5]);
        GradientCheckPart wrong = GradientCheckPart.Compare("0.dense.bias", slopes, [1, 2, 0.5]);
        var report = new GradientCheckReport([right, wrong]);
        Assert.Equal(0, right.Ratio);
        Assert.Equal(4 / (2 * Math.Sqrt(5.25)), wrong.Ratio, 1e-12);
        Assert.Equal("worry", report.Verdict);
        Assert.Equal(
            "0.dense.weight                   0.0e+00\n0.dense.bias                     8.7e-01\nall                              6.2e-01 worry",
            report.ToString());
    }

    [Fact]
    public void A_loss_with_a_wrong_gradient_gives_worry()
    {
        GradientCheckReport report = GradientCheck.Run(new Network<double>(Spec), new DoubledGradient(), Batch());
        Assert.Equal("worry", report.Verdict);
        Assert.Equal(1.0 / 3, report.Ratio, 1e-6); // |2g - g| / (|2g| + |g|)
    }

    [Theory]
    [InlineData(1e-8, "great")]
    [InlineData(1e-5, "look again")]
    [InlineData(2e-3, "worry")]
    [InlineData(double.NaN, "worry")]
    public void The_verdicts_are_those_of_the_course(double difference, string verdict) =>
        Assert.Equal(verdict, new GradientCheckReport([new GradientCheckPart("w", difference, 0.5, 0.5)]).Verdict);

    [Fact]
    public void The_network_and_the_batch_are_as_before_afterwards()
    {
        NetworkSpec spec = NetworkSpec.Input(4).Dense(5).BatchNorm().Dropout(0.5f).Dense(3);
        var network = new Network<double>(spec, 1);
        Batch<double> batch = Batch();
        double[] before = Everything();
        GradientCheck.Run(network, new SoftmaxCrossEntropy(), batch);
        Assert.Equal(before, Everything());

        double[] Everything() =>
            [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read), .. batch.Inputs.AsDense().ToDoubles()];
    }

    [Fact]
    public void A_trained_network_passes_too()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(6).Tanh().Dense(Clusters.Classes);
        var trainer = new Trainer(spec, new SoftmaxCrossEntropy(), new TrainingOptions { MaximumEpochs = 20 });
        Network<double> network = trainer.Train(Clusters.Rows(200)).Network.ConvertTo<double>();
        GradientCheckReport report =
            GradientCheck.Run(network, new SoftmaxCrossEntropy(), RandomBatches.OfClasses<double>(10, Clusters.Width, Clusters.Classes));
        Assert.True(report.Ratio <= 1e-7, report.ToString());
    }

    [Fact]
    public void A_batch_without_weight_or_with_an_unknown_class_is_refused()
    {
        Batch<double> weightless = Batch();
        weightless.Weights.Clear();
        Assert.Equal(
            "The weights of the batch sum to 0; give at least one row a weight above 0. (Parameter 'batch')",
            Assert.Throws<ArgumentException>(
                () => GradientCheck.Run(new Network<double>(Spec), new SoftmaxCrossEntropy(), weightless)).Message);
        Batch<double> unknown = Batch();
        unknown.Target.Classes[5] = 3;
        Assert.Equal(
            "The target has class 3 but the network has 3 outputs; it needs one for each class, counted from 0.",
            Assert.Throws<ArgumentException>(
                () => GradientCheck.Run(new Network<double>(Spec), new SoftmaxCrossEntropy(), unknown)).Message);
    }

    [Fact]
    public void An_impossible_epsilon_is_refused()
    {
        ArgumentException error =
            Assert.Throws<ArgumentException>(() => GradientCheck.Run(new Network<double>(Spec), new SoftmaxCrossEntropy(), Batch(), 0));
        Assert.Equal("epsilon must be above 0 but is 0; 1e-5 is the usual value. (Parameter 'epsilon')", error.Message);
    }

    private static Batch<double> Batch() => RandomBatches.OfClasses<double>(8, 4, 3);

    private sealed record DoubledGradient : Loss
    {
        private readonly SoftmaxCrossEntropy _right = new();

        internal override void Validate(int outputs) => _right.Validate(outputs);

        internal override string? FaultOfClass(int outputs, int label) => _right.FaultOfClass(outputs, label);

        internal override string? FaultOfWidth(int outputs, int width) => _right.FaultOfWidth(outputs, width);

        internal override string? FaultOfValue(double value) => _right.FaultOfValue(value);

        internal override void Cost<T>(DenseBlock<T> logits, Target<T> target, Span<double> costs, int from, int to) =>
            _right.Cost(logits, target, costs, from, to);

        internal override void CostAndGradient<T>(
            DenseBlock<T> logits, Target<T> target, ReadOnlySpan<T> weights, double totalWeight, Span<double> costs, DenseBlock<T> gradient, int from, int to) =>
            _right.CostAndGradient(logits, target, weights, totalWeight / 2, costs, gradient, from, to);

        internal override void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width) => _right.Activate(logits, outputs, width);
    }
}
