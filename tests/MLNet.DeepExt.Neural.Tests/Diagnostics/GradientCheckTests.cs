using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Diagnostics;

[Trait("Spec", "A12")]
public sealed class GradientCheckTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(4).Dense(5).Tanh().Dense(3);

    public static TheoryData<string> Prices => ["L2", "L1", "elastic net"];

    [Fact]
    public void The_ratio_of_parts_and_of_the_whole_is_that_of_their_norms()
    {
        // Slopes (1, -2, 0.5) beside gradients (1, -2, 0.5) and (1, 2, 0.5).
        double norm = Math.Sqrt(5.25);
        var report = new GradientCheckReport(
            [new GradientCheckPart("0.dense.weight", 0, norm, norm) { Compared = 3 },
             new GradientCheckPart("0.dense.bias", 4, norm, norm) { Compared = 2, Excluded = 1 }]);
        Assert.Equal(0, report.Parts[0].Ratio);
        Assert.Equal(4 / (2 * norm), report.Parts[1].Ratio, 1e-12);
        Assert.Equal("worry", report.Verdict);
        Assert.Equal([report.Parts[1]], report.Suspects);
        Assert.Equal(
            "0.dense.weight                   0.0e+00 great\n0.dense.bias                     8.7e-01 worry, 1 of 3 excluded at a kink\n"
            + "all                              6.2e-01 worry, 1 of 6 excluded at a kink",
            report.ToString());
    }

    [Fact]
    public void The_table_is_the_same_in_every_culture() => Culture.Run("de-DE", () => Assert.Equal(
        "w                                1.0e-02 worry\nall                              1.0e-02 worry",
        new GradientCheckReport([new GradientCheckPart("w", 0.01, 0.5, 0.5)]).ToString()));

    [Fact]
    public void A_loss_with_a_wrong_gradient_gives_worry()
    {
        GradientCheckReport report = GradientCheck.Run(new Network<double>(Spec), new DoubledGradient(), Batch());
        Assert.Equal("worry", report.Verdict);
        Assert.Equal(1.0 / 3, report.Ratio, 1e-6); // |2g - g| / (|2g| + |g|)
    }

    [Theory]
    [InlineData(FaultyDense.Bug.DoubledWeightGradient, new[] { "2.faultydense.weight" })]
    [InlineData(FaultyDense.Bug.FourfoldBiasGradient, new[] { "2.faultydense.bias" })]
    [InlineData(FaultyDense.Bug.SignOfOneWeight, new[] { "2.faultydense.weight" })]
    [InlineData(FaultyDense.Bug.HalvedInputGradient, new[] { "0.dense.weight", "0.dense.bias", "input" })]
    internal void A_bug_planted_in_a_layer_is_found_and_its_place_named(FaultyDense.Bug bug, string[] places)
    {
        GradientCheckReport report = GradientCheck.Run(new Network<double>(Planted(bug), seed: 1), new SoftmaxCrossEntropy(), Batch());
        Assert.Equal("worry", report.Verdict);
        // The layer's slots are those of the Dense that it is made of.
        Assert.Equal(places, report.Suspects.Select(part => part.Name));
        Assert.All(report.Parts.Except(report.Suspects), part => Assert.Equal("great", part.Verdict));
    }

    [Theory]
    [InlineData(1e-8, "great")]
    [InlineData(1e-7, "great")]
    [InlineData(1e-5, "look again")]
    [InlineData(1e-3, "worry")]
    [InlineData(2e-3, "worry")]
    [InlineData(double.NaN, "worry")]
    public void The_verdicts_are_those_of_the_course(double difference, string verdict)
    {
        var report = new GradientCheckReport([new GradientCheckPart("w", difference, 0.5, 0.5)]);
        Assert.Equal(verdict, report.Verdict);
        Assert.Equal(verdict, report.Parts[0].Verdict);
    }

    [Fact]
    public void What_rounding_explains_is_no_difference_and_what_it_could_hide_is_not_called_great()
    {
        // Rounding may make a difference of 1e-11; the norms are 1e-9, so that it is a hundredth of them.
        var right = new GradientCheckPart("w", 1e-11, 5e-10, 5e-10) { RoundingNorm = 1e-11, Compared = 3 };
        Assert.Equal(1e-7, right.Ratio, 1e-12);
        Assert.True(right.IsFlat);
        Assert.Equal("look again", right.Verdict);
        // From 10⁴ times the rounding on, a gradient that is twice too large is a reason to worry.
        var wrong = new GradientCheckPart("w", 1.1e-7, 1.1e-7, 2.2e-7) { RoundingNorm = 1e-11, Compared = 3 };
        Assert.False(wrong.IsFlat);
        Assert.Equal("worry", wrong.Verdict);
        // Nothing was compared.
        Assert.Equal("look again", new GradientCheckPart("w", 0, 0, 0) { Excluded = 3 }.Verdict);
        Assert.Equal(
            "w                                1.0e-07 look again, too flat to tell",
            new GradientCheckReport([right]).ToString().Split('\n')[0]);
    }

    [Fact]
    public void The_network_and_the_batch_are_as_before_afterwards()
    {
        NetworkSpec spec = NetworkSpec.Input(4).Dense(5).BatchNorm().Dropout(0.5f).Dense(3);
        var network = new Network<double>(spec, 1);
        Batch<double> batch = Batch();
        double[] before = Everything();
        GradientCheck.Run(
            network, new SoftmaxCrossEntropy(), batch, new GradientCheckOptions { HoldMask = true, Regularizer = new ElasticNet(1, 0.5) });
        Assert.Equal(before, Everything());

        double[] Everything() =>
            [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read),
             .. batch.Inputs.AsDense().ToDoubles()];
    }

    [Theory, MemberData(nameof(Prices))]
    public void The_price_of_the_weights_is_part_of_cost_and_gradient(string name)
    {
        Regularizer regularizer = name switch { "L2" => new L2(3), "L1" => new L1(3), _ => new ElasticNet(3, 0.3) };
        var network = new Network<double>(Spec, seed: 1);
        GradientCheckReport report =
            GradientCheck.Run(network, new SoftmaxCrossEntropy(), Batch(), new GradientCheckOptions { Regularizer = regularizer });
        Assert.Equal("great", report.Verdict);
        Assert.All(report.Parts, part => Assert.Equal("great", part.Verdict));
        Assert.Equal(0, report.Whole.Excluded);
        // λ/m·W and λ/(2m)·sign W, of weights alone: the slopes are other ones than without, and biases have theirs.
        GradientCheckReport plain = GradientCheck.Run(network, new SoftmaxCrossEntropy(), Batch());
        for (int i = 0; i < report.Parts.Count; i++)
        {
            bool isWeight = report.Parts[i].Name.EndsWith("weight", StringComparison.Ordinal);
            Assert.Equal(isWeight, Math.Abs(report.Parts[i].ApproximationNorm - plain.Parts[i].ApproximationNorm) > 1e-3);
        }
    }

    [Fact]
    public void A_price_of_absolute_values_is_not_checked_at_its_kink()
    {
        var network = new Network<double>(NetworkSpec.Input(4).Dense(3), seed: 1);
        Slot weight = network.Parameters.Slots[0];
        double[] weights = network.Parameters.Read(weight);
        (weights[1], weights[5], weights[7]) = (0, 1e-5, -3e-6);
        network.Parameters.Write(weight, weights);
        GradientCheckReport report =
            GradientCheck.Run(network, new SoftmaxCrossEntropy(), Batch(), new GradientCheckOptions { Regularizer = new L1(3) });
        Assert.Equal("great", report.Verdict);
        Assert.Equal((9, 3), (report.Parts[0].Compared, report.Parts[0].Excluded));
        Assert.Equal(0, report.Parts[1].Excluded);
        Assert.Equal(0, GradientCheck.Run(network, new SoftmaxCrossEntropy(), Batch()).Whole.Excluded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Coordinates_at_the_bend_of_a_rectifier_are_left_out_and_counted(bool leaky)
    {
        NetworkSpec spec = NetworkSpec.Input(4).Dense(5);
        var network = new Network<double>((leaky ? spec.LeakyRelu(0.3) : spec.Relu()).Dense(3), seed: 1);
        Batch<double> batch = Batch();
        // Unit 2 has a bias that puts its input at half of ε for row 3: its bias, the weights of it and that row's inputs bend the cost.
        double[] weights = network.Parameters.Read(network.Parameters.Slots[0]);
        double sum = 0;
        for (int j = 0; j < 4; j++)
            sum += batch.Inputs.AsDense().Row(3)[j] * weights[j * 5 + 2];
        network.Parameters.Write(network.Parameters.Slots[1], [0, 0, 0.5e-5 - sum, 0, 0]);

        GradientCheckReport report = GradientCheck.Run(network, new SoftmaxCrossEntropy(), batch);
        Assert.Equal("great", report.Verdict);
        int bent = Enumerable.Range(0, 4).Count(j => Math.Abs(batch.Inputs.AsDense().Row(3)[j]) > 0.5);
        Assert.Equal((bent, 20 - bent), (report.Parts[0].Excluded, report.Parts[0].Compared));
        Assert.Equal((1, 4), (report.Parts[1].Excluded, report.Parts[1].Compared));
        Assert.Equal((0, 0), (report.Parts[2].Excluded, report.Parts[3].Excluded));
        Assert.Equal(Enumerable.Range(0, 4).Count(j => Math.Abs(weights[j * 5 + 2]) > 0.5), report.Parts[4].Excluded);
        Assert.Contains($"1 of 5 excluded at a kink", report.ToString(), StringComparison.Ordinal);
        // A smaller ε does not reach the bend.
        Assert.Equal(
            0, GradientCheck.Run(network, new SoftmaxCrossEntropy(), batch, new GradientCheckOptions { Epsilon = 1e-6 }).Whole.Excluded);
    }

    [Fact]
    public void Units_that_begin_at_their_bend_are_left_out()
    {
        NetworkSpec spec = NetworkSpec.Input(4).Then(new Dense(5) { Initializer = new Zeros() }).Relu().Dense(3);
        GradientCheckReport report = GradientCheck.Run(new Network<double>(spec, seed: 1), new SoftmaxCrossEntropy(), Batch());
        Assert.Equal((0, 20), (report.Parts[0].Compared, report.Parts[0].Excluded));
        Assert.Equal((0, 5), (report.Parts[1].Compared, report.Parts[1].Excluded));
        Assert.Equal("look again", report.Parts[0].Verdict);
        Assert.Equal("great", report.Verdict);
    }

    [Theory]
    [InlineData("tanh", 20)]
    [InlineData("tanh", 300)]
    [InlineData("relu", 20)]
    [InlineData("relu", 100)]
    [InlineData("relu", 300)]
    [InlineData("relu", 3000)]
    [InlineData("tanh", 3000)]
    [InlineData("leaky", 300)]
    [InlineData("batchnorm", 100)]
    public void A_trained_network_passes_too(string kind, int epochs)
    {
        Network<double> network = Trained(kind, epochs, bug: null);
        GradientCheckReport report = GradientCheck.Run(network, new SoftmaxCrossEntropy(), TrainingBatch());
        Assert.True(report.Ratio <= 1e-7, report.ToString());
        Assert.Empty(report.Suspects);
    }

    [Fact]
    public void A_rectifier_network_that_knows_its_rows_by_heart_is_no_reason_to_worry()
    {
        var network = new Network<double>(NetworkSpec.Input(4).Dense(16).Relu().Dense(3), seed: 1);
        Batch<double> batch = Batch();
        Descend(network, batch, null, norm => norm < 1e-9 ? 0 : 0.05 / norm);
        GradientCheckReport report = GradientCheck.Run(network, new SoftmaxCrossEntropy(), batch);
        // What the formula alone says.
        Assert.InRange(report.Whole.DifferenceNorm / (report.Whole.ApproximationNorm + report.Whole.GradientNorm), 1e-3, 1);
        Assert.InRange(report.Ratio, 0, 1e-7);
        Assert.Equal((true, "look again"), (report.Whole.IsFlat, report.Verdict));
    }

    [Fact]
    public void At_a_minimum_the_rounding_of_the_cost_is_no_reason_to_worry()
    {
        var network = new Network<double>(NetworkSpec.Input(4).Dense(6).Tanh().Dense(3), seed: 1);
        Batch<double> batch = Batch();
        var options = new GradientCheckOptions { Regularizer = new L2(0.5) };
        Descend(network, batch, options.Regularizer, norm => norm < 1e-10 ? 0 : 0.1);
        GradientCheckReport report = GradientCheck.Run(network, new SoftmaxCrossEntropy(), batch, options);
        GradientCheckPart[] parameters = [.. report.Parts.Where(part => part.Name != "input")];
        GradientCheckPart whole = GradientCheckPart.Join("parameters", parameters);
        Assert.InRange(whole.DifferenceNorm / (whole.ApproximationNorm + whole.GradientNorm), 1e-3, 1); // what the formula alone says
        Assert.All(parameters, part => Assert.Equal((true, "look again"), (part.IsFlat, part.Verdict)));
        Assert.InRange(whole.Ratio, 0, 1e-7);
        Assert.Equal("great", report.Verdict); // the inputs have a slope

        // A little beside the minimum there are slopes again, and a bug shows.
        Slot bias = network.Parameters.Slots[^1];
        network.Parameters.Write(bias, [.. network.Parameters.Read(bias).Select((value, i) => value + 1e-3 * (i - 1))]);
        Assert.Equal("great", GradientCheck.Run(network, new SoftmaxCrossEntropy(), batch, options).Parts[^2].Verdict);
        Assert.Equal("worry", GradientCheck.Run(network, new DoubledGradient(), batch, options).Parts[^2].Verdict);
    }

    [Theory]
    [InlineData(FaultyDense.Bug.DoubledWeightGradient)]
    [InlineData(FaultyDense.Bug.FourfoldBiasGradient)]
    [InlineData(FaultyDense.Bug.HalvedInputGradient)]
    internal void A_bug_is_found_in_a_trained_network_too(FaultyDense.Bug bug)
    {
        Network<double> network = Trained("relu", 300, bug);
        GradientCheckReport report = GradientCheck.Run(network, new SoftmaxCrossEntropy(), TrainingBatch());
        Assert.Equal("worry", report.Verdict);
    }

    [Fact]
    public void Active_dropout_is_refused_unless_its_mask_is_held()
    {
        var network = new Network<double>(NetworkSpec.Input(4).Dense(5).Relu().Dropout(1).Dropout(0.8f).Dense(3));
        ArgumentException error = Assert.Throws<ArgumentException>(() => GradientCheck.Run(network, new SoftmaxCrossEntropy(), Batch()));
        Assert.Equal(
            "The network has the layer 3.dropout, Dropout(0.8), which drops other units in every pass and with them changes the cost; "
            + "check the network without it, or set HoldMask to keep one mask throughout.",
            error.WithoutParameter());
        Assert.Equal(
            "great", GradientCheck.Run(network, new SoftmaxCrossEntropy(), Batch(), new GradientCheckOptions { HoldMask = true }).Verdict);
        var kept = new Network<double>(NetworkSpec.Input(4).Dense(5).Relu().Dropout(1).Dense(3));
        Assert.Equal("great", GradientCheck.Run(kept, new SoftmaxCrossEntropy(), Batch()).Verdict);
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
                () => GradientCheck.Run(new Network<double>(Spec), new SoftmaxCrossEntropy(), unknown)).WithoutParameter());
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-1.0, "-1")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void An_impossible_epsilon_is_refused(double epsilon, string shown)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            GradientCheck.Run(new Network<double>(Spec), new SoftmaxCrossEntropy(), Batch(),
                new GradientCheckOptions { Epsilon = epsilon }));
        Assert.Equal($"Epsilon must be above 0 but is {shown}; 1e-5 is the usual value.", error.WithoutParameter());
    }

    [Fact]
    public void An_impossible_regularizer_is_refused() => Assert.Throws<ArgumentException>(() =>
        GradientCheck.Run(new Network<double>(Spec), new SoftmaxCrossEntropy(), Batch(),
            new GradientCheckOptions { Regularizer = new L2(-1) }));

    private static Batch<double> Batch() => RandomBatches.OfClasses<double>(8, 4, 3);

    private static NetworkSpec Planted(FaultyDense.Bug bug) =>
        NetworkSpec.Input(4).Dense(5).Tanh().Then(new FaultyDense(4, bug)).Tanh().Dense(3);

    // On few rows, which it learns by heart, until hardly any gradient is left.
    private static Network<double> Trained(string kind, int epochs, FaultyDense.Bug? bug)
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(8);
        spec = kind switch
        {
            "tanh" => spec.Tanh(),
            "relu" => spec.Relu(),
            "leaky" => spec.LeakyRelu(),
            _ => spec.BatchNorm().Relu(),
        };
        spec = spec.Dense(6).Relu().Dense(Clusters.Classes);
        var options = new TrainingOptions { Optimizer = new Adam(0.02), MaximumEpochs = epochs, ValidationFraction = 0, BatchSize = 40 };
        Network<double> trained = new Trainer(spec, new SoftmaxCrossEntropy(), options)
            .Train(Clusters.Rows(40, noise: 0.2f)).Network.ConvertTo<double>();
        if (bug is null)
            return trained;

        var faulty = new Network<double>(
            new NetworkSpec(spec.Inputs, spec.Layers.Select((layer, i) => i == 2 ? new FaultyDense(6, bug.Value) : layer)));
        foreach ((Slot from, Slot to) in trained.Parameters.Slots.Zip(faulty.Parameters.Slots))
            faulty.Parameters.Write(to, trained.Parameters.Read(from));
        return faulty;
    }

    // Plain gradient descent in double. rateOf: the rate by the norm of the gradient; 0 ends it.
    private static void Descend(Network<double> network, Batch<double> batch, Regularizer? regularizer, Func<double, double> rateOf)
    {
        var pass = new CostPass<double>(network, new SoftmaxCrossEntropy(), batch, regularizer);
        Memory<double> gradient = network.CreateGradient();
        for (int step = 0; step < 30_000; step++)
        {
            pass.Gradient(gradient.Span, out _);
            double rate = rateOf(Math.Sqrt(gradient.ToArray().Sum(g => g * g)));
            if (rate == 0)
                return;
            foreach (Slot slot in network.Parameters.Slots)
            {
                double[] slope = network.ReadGradient(slot, gradient.Span);
                network.Parameters.Write(slot, [.. network.Parameters.Read(slot).Zip(slope, (value, g) => value - rate * g)]);
            }
        }
    }

    private static Batch<double> TrainingBatch()
    {
        LabeledRows rows = Clusters.Rows(40, noise: 0.2f);
        var batch = new Batch<double>(
            RandomBatches.Block<double>(40, Clusters.Width, Array.ConvertAll(rows.DenseFeatures(), value => (double)value)),
            Target<double>.OfClasses(40));
        for (int row = 0; row < 40; row++)
            batch.Target.Classes[row] = rows.Classes[row];
        return batch;
    }

    private sealed record DoubledGradient : Loss
    {
        private readonly SoftmaxCrossEntropy _right = new();

        public override void Validate(int outputs) => _right.Validate(outputs);

        public override string? FaultOfClass(int outputs, int label) => _right.FaultOfClass(outputs, label);

        public override string? FaultOfWidth(int outputs, int width) => _right.FaultOfWidth(outputs, width);

        public override string? FaultOfValue(double value) => _right.FaultOfValue(value);

        public override double LogitOf(double mean, int target) => _right.LogitOf(mean, target);

        protected override void Compute<T>(in LossLines<T> lines)
        {
            for (int line = lines.From; line < lines.To; line++)
            {
                ReadOnlySpan<T> z = lines.LogitsOf(line);
                double[] exponentials = [.. z.ToArray().Select(logit => Math.Exp(double.CreateTruncating(logit)))];
                Span<T> gradient = lines.GradientOf(line);
                for (int j = 0; j < gradient.Length; j++)
                {
                    double slope = exponentials[j] / exponentials.Sum() - (j == lines.ClassOf(line) ? 1 : 0);
                    gradient[j] = T.CreateTruncating(2 * lines.ScaleOf(line) * slope);
                }

                lines.SetCost(line, Math.Log(exponentials.Sum()) - double.CreateTruncating(z[lines.ClassOf(line)]));
            }
        }

        protected internal override void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width) =>
            _right.Activate(logits, outputs, width);
    }
}
