using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Probabilities are made right on the validation rows, and what is predicted stays the same.</summary>
[Trait("Spec", "G4")]
public sealed class TemperatureScalingTests
{
    private const int Classes = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_log_loss_on_the_validation_rows_is_least_at_the_temperature(bool hasMembers)
    {
        (LabeledRows training, LabeledRows validation, float[] features, int[] labels) = Rows(1);
        TrainingResult plain = Train(hasMembers, isScaled: false, training, validation);
        TrainingResult scaled = Train(hasMembers, isScaled: true, training, validation);
        Assert.Equal(1, plain.Temperature);
        Assert.True(scaled.Temperature > 1.1, $"{scaled.Temperature}"); // overfitted to labels that are often wrong: too sure
        double at = LogLoss(scaled.Network, features, labels);
        Assert.True(at < LogLoss(plain.Network, features, labels) - 0.01);
        foreach (double factor in new[] { 0.98, 1.02 })
            Assert.True(at <= LogLoss(Divided(scaled.Network, factor), features, labels) + 1e-9, $"{factor}");
    }

    [Fact]
    public void The_likeliest_class_and_the_history_stay_as_they_were()
    {
        (LabeledRows training, LabeledRows validation, float[] features, _) = Rows(2);
        TrainingResult plain = Train(false, isScaled: false, training, validation);
        TrainingResult scaled = Train(false, isScaled: true, training, validation);
        Assert.Equal(plain.History.Epochs.Select(epoch => epoch.ValidationLoss), scaled.History.Epochs.Select(epoch => epoch.ValidationLoss));
        Assert.Equal(Likeliest(plain.Network, features), Likeliest(scaled.Network, features));
    }

    [Fact]
    public void Without_validation_rows_nothing_is_done()
    {
        (LabeledRows training, _, _, _) = Rows(3);
        Assert.Equal(1, Train(false, isScaled: true, training, validation: null).Temperature);
    }

    private static TrainingResult Train(bool hasMembers, bool isScaled, LabeledRows training, LabeledRows? validation)
    {
        NetworkSpec spec = hasMembers
            ? NetworkSpec.Input(2).Members(3, inner => inner.MemberScaling(randomSigns: true).Dense(32).Relu().MemberDense(Classes))
            : NetworkSpec.Input(2).Dense(32).Relu().Dense(Classes);
        return new Trainer(spec, new SoftmaxCrossEntropy(), new TrainingOptions
        {
            Optimizer = new Adam(0.02),
            MaximumEpochs = 60,
            Patience = validation is null ? null : 60,
            StoppingMetric = validation is null ? null : new Neural.Metrics.Accuracy(),
            ValidationFraction = 0,
            BatchSize = 32,
            TemperatureScaling = isScaled,
        }).Train(training, validation);
    }

    // Two in five labels are wrong.
    private static (LabeledRows Training, LabeledRows Validation, float[] ValidationFeatures, int[] ValidationLabels) Rows(int seed)
    {
        var random = new Random(seed);
        (float[] Features, int[] Labels) training = Draw(150), validation = Draw(400);
        return (
            new LabeledRows(2, training.Features, training.Labels), new LabeledRows(2, validation.Features, validation.Labels),
            validation.Features, validation.Labels);

        (float[] Features, int[] Labels) Draw(int count)
        {
            float[] features = [.. Enumerable.Range(0, 2 * count).Select(_ => 2 * random.NextSingle() - 1)];
            int[] labels = [.. Enumerable.Range(0, count).Select(row =>
                random.Next(5) < 2 ? random.Next(Classes) : features[2 * row] > 0.3f ? 0 : features[2 * row + 1] > 0 ? 1 : 2)];
            return (features, labels);
        }
    }

    private static float[] Probabilities(Network<float> network, float[] features)
    {
        var predictor = new Predictor(network, new SoftmaxCrossEntropy());
        int rows = features.Length / 2;
        var outputs = new float[rows * Classes];
        predictor.Predict(features, rows, outputs, predictor.CreateBuffer(rows));
        return outputs;
    }

    private static int[] Likeliest(Network<float> network, float[] features) =>
        [.. Probabilities(network, features).Chunk(Classes).Select(row => Array.IndexOf(row, row.Max()))];

    private static double LogLoss(Network<float> network, float[] features, int[] labels)
    {
        float[] probabilities = Probabilities(network, features);
        return labels.Select((label, row) => -Math.Log(Math.Max(1e-7, probabilities[row * Classes + label]))).Average();
    }

    private static Network<float> Divided(Network<float> network, double factor)
    {
        Network<float> other = network.ConvertTo<float>();
        foreach (Slot slot in other.Program.Operations[^1].Layer.Parameters)
            other.Parameters.Write(slot, Array.ConvertAll(other.Parameters.Read(slot), value => (float)(value / factor)));
        return other;
    }
}
