using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Neural.Training.Calibration;

namespace MLNet.DeepExt.Neural.Tests.Training.Calibration;

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
        Assert.Equal([1.0], plain.Temperatures);
        Assert.True(scaled.Temperatures[0] > 1.1, $"{scaled.Temperatures[0]}"); // overfitted to labels that are often wrong: too sure
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
        Assert.Equal([1.0], Train(false, isScaled: true, training, validation: null).Temperatures);
    }

    [Fact]
    public void Validation_rows_that_are_all_predicted_right_make_no_network_as_certain_as_can_be()
    {
        var rows = new LabeledRows(
            1, [.. Enumerable.Range(0, 1000).Select(row => row < 500 ? -1f : 1f)], [.. Enumerable.Range(0, 1000).Select(row => row / 500)]);
        var options = new TrainingOptions { TemperatureScaling = true, MaximumEpochs = 5, Optimizer = new Adam(0.02) };
        TrainingResult result = new Trainer(NetworkSpec.Input(1).Dense(8).Tanh().Dense(2), new SoftmaxCrossEntropy(), options).Train(rows);
        Assert.InRange(result.Temperatures[0], 0.3, 1);
    }

    [Fact]
    public void All_networks_of_an_ensemble_that_is_trained_further_are_divided()
    {
        (LabeledRows training, LabeledRows validation, float[] features, int[] labels) = Rows(6);
        Network<float> start = Ensemble.Of(
            Train(false, isScaled: false, training, validation).Network, Train(false, isScaled: false, training, validation).Network);
        var options = new TrainingOptions { MaximumEpochs = 1, Optimizer = new Adam(1e-6) };
        TrainingResult plain = Further(options), scaled = Further(options with { TemperatureScaling = true });
        Assert.True(scaled.Temperatures[0] > 1.1, $"{scaled.Temperatures[0]}");
        Assert.True(LogLoss(scaled.Network, features, labels) < LogLoss(plain.Network, features, labels) - 0.01);

        TrainingResult Further(TrainingOptions options) => new Trainer(start, new SoftmaxCrossEntropy(), options).Train(training, validation);
    }

    [Fact]
    public void A_frozen_last_layer_is_left_alone_with_a_warning()
    {
        (LabeledRows training, LabeledRows validation, _, _) = Rows(6);
        Network<float> start = Train(false, isScaled: false, training, validation).Network;
        var options = new TrainingOptions
        {
            MaximumEpochs = 1,
            TemperatureScaling = true,
            LayerRates = new Dictionary<string, double> { ["2.dense"] = 0 },
        };
        TrainingResult result = new Trainer(start, new SoftmaxCrossEntropy(), options).Train(training, validation);
        Assert.Equal([1.0], result.Temperatures);
        foreach (Slot slot in start.Parameters.Slots.Where(slot => slot.Name.Contains("2.dense", StringComparison.Ordinal)))
            Assert.Equal(start.Parameters.Read(slot), result.Network.Parameters.Read(slot));
        Assert.Contains(result.History.Warnings, warning =>
            warning.StartsWith("The outputs are not calibrated, because layer ", StringComparison.Ordinal)
            && warning.EndsWith(" is frozen; give it a rate above 0 (LayerRates) to calibrate them.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_callback_that_throws_when_training_is_over_leaves_the_calibrated_network()
    {
        (LabeledRows training, LabeledRows validation, _, _) = Rows(6);
        var options = new TrainingOptions { MaximumEpochs = 2, TemperatureScaling = true };
        NetworkSpec spec = NetworkSpec.Input(2).Dense(32).Relu().Dense(Classes);
        TrainingResult expected = new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(training, validation);
        var error = Assert.Throws<TrainingCallbackException>(() => new Trainer(
            spec, new SoftmaxCrossEntropy(), options with { Callbacks = [new ThrowsInTheEnd()] }).Train(training, validation));
        Assert.Equal(expected.Temperatures, error.Result!.Temperatures);
        Assert.NotEqual([1.0], error.Result.Temperatures);
        Assert.Equal(expected.Network.Parameters.Values.ToArray(), error.Result.Network.Parameters.Values.ToArray());
    }

    [Fact]
    public void The_validation_rows_pass_through_the_network_once()
    {
        (LabeledRows training, LabeledRows validation, float[] features, int[] labels) = Rows(4);
        Network<float> network = Train(false, isScaled: false, training, validation).Network;
        Network<float> scaled = Train(false, isScaled: true, training, validation).Network;
        var source = new CountingSource(new MemoryBatchSource(validation, [.. Enumerable.Range(0, validation.Count)], 256, shuffle: null));
        using var team = new WorkerTeam(2);
        double temperature = TemperatureScaling.Apply(network, new SoftmaxCrossEntropy(), source, team, CancellationToken.None);
        Assert.True(temperature > 1.1);
        Assert.Equal(LogLoss(scaled, features, labels), LogLoss(network, features, labels));
        Assert.Equal((1, validation.Count), (source.Passes, source.GatheredRows));
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void The_temperature_that_labels_were_drawn_at_is_found_of_logits_alone(double temperature)
    {
        LogitRows rows = LogitsDrawnAt(temperature, count: 20_000, members: 1);
        foreach (int threads in new[] { 1, 3 })
        {
            using var team = new WorkerTeam(threads);
            Assert.Equal(temperature, TemperatureScaling.Find(rows, new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }, team), 0.06 * temperature);
        }
    }

    [Fact]
    public void Logits_of_members_are_judged_by_the_mean_of_their_probabilities_for_any_number_of_threads()
    {
        LogitRows rows = LogitsDrawnAt(1, count: 700, members: 3);
        using var one = new WorkerTeam(1);
        using var three = new WorkerTeam(3);
        double expected = 0;
        var logits = new DenseBlock<float>(3, Classes);
        var target = Target<float>.OfClasses(1);
        for (int row = 0; row < rows.Count; row++)
        {
            rows.CopyTo(row, row + 1, 0.5f, logits, target);
            double mean = Enumerable.Range(0, 3).Average(member =>
                Math.Exp(logits.Row(member)[target.Classes[0]]) / logits.Row(member).ToArray().Sum(z => Math.Exp(z)));
            expected -= Math.Log(mean) / rows.Count;
        }

        double actual = new LossAtTemperature(rows, new SoftmaxCrossEntropy(), 1).At(2, one);
        Assert.Equal(expected, actual, 1e-5);
        Assert.Equal(actual, new LossAtTemperature(rows, new SoftmaxCrossEntropy(), 3).At(2, three));
    }

    [Fact]
    public void A_cancelled_search_and_one_without_rows_find_1()
    {
        using var team = new WorkerTeam(1);
        LogitRows rows = LogitsDrawnAt(3, count: 100, members: 1);
        Assert.Equal(1, TemperatureScaling.Find(rows, new SoftmaxCrossEntropy(), team, new CancellationToken(canceled: true)));
        Assert.Equal(1, TemperatureScaling.Find(new LogitRows(3, 1, 0), new SoftmaxCrossEntropy(), team));
    }

    // Labels of the probabilities softmax(z / T); of members all lines are alike but for small differences.
    private static LogitRows LogitsDrawnAt(double temperature, int count, int members)
    {
        var random = new Random(5);
        var rows = new LogitRows(Classes, members, targetWidth: 0);
        var logits = new DenseBlock<float>(members, Classes);
        var target = Target<float>.OfClasses(1);
        for (int row = 0; row < count; row++)
        {
            double[] z = [.. Enumerable.Range(0, Classes).Select(_ => 6 * random.NextDouble() - 3)];
            double[] shares = Array.ConvertAll(z, value => Math.Exp(value / temperature));
            double drawn = random.NextDouble() * shares.Sum();
            target.Classes[0] = drawn < shares[0] ? 0 : drawn < shares[0] + shares[1] ? 1 : 2;
            for (int member = 0; member < members; member++)
            {
                for (int j = 0; j < Classes; j++)
                    logits.Row(member)[j] = (float)(z[j] + (member == 0 ? 0 : random.NextDouble()));
            }

            rows.Add(logits, target, [1]);
        }

        return rows;
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

    /// <summary>Counts how often rows are read.</summary>
    private sealed class CountingSource(BatchSource rows) : BatchSource
    {
        private int _gathered;

        public int Passes { get; private set; }

        public int GatheredRows => _gathered;

        public override int Rows => rows.Rows;

        public override int Batches => rows.Batches;

        public override int MaximumBatch => rows.MaximumBatch;

        public override int TargetWidth => rows.TargetWidth;

        public override bool GathersLater => rows.GathersLater;

        public override Batch<float> CreateBatch() => rows.CreateBatch();

        public override void BeginEpoch(int epoch)
        {
            Passes++;
            rows.BeginEpoch(epoch);
        }

        public override bool MoveNext(Batch<float> batch) => rows.MoveNext(batch);

        public override void Gather(Batch<float> batch, int from, int to)
        {
            Interlocked.Add(ref _gathered, to - from);
            rows.Gather(batch, from, to);
        }

        public override void Dispose() => rows.Dispose();
    }

    private sealed class ThrowsInTheEnd : ITrainingCallback
    {
        public void OnStopped(TrainingStopped stopped) => throw new TimeoutException();
    }
}
