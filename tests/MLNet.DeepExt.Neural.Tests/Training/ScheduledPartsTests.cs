using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Dropout and weight decay that change in the course of training.</summary>
[Trait("Spec", "A10")]
public sealed class ScheduledPartsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, 0.75f)]
    [InlineData(2, 0.5f)]
    [InlineData(0, 1)]
    [InlineData(1000, 1e-6f)]
    public void The_factor_multiplies_the_rate_of_dropout(double factor, float probability)
    {
        Schedule constant = new ScriptedSchedule(_ => factor);
        Assert.Equal(Train(Spec(new Dropout(probability))), Train(Spec(new Dropout(0.75f) { Schedule = constant })));
    }

    [Theory]
    [InlineData(1, 0.125)]
    [InlineData(2, 0.25)]
    [InlineData(0, 0)]
    public void The_factor_multiplies_the_decay(double factor, double decay)
    {
        Schedule constant = new ScriptedSchedule(_ => factor);
        NetworkSpec spec = Spec(new Dropout(0.75f));
        Assert.Equal(
            Train(spec, Options with { Optimizer = Decaying(new DecayWeights(decay)) }),
            Train(spec, Options with { Optimizer = Decaying(new DecayWeights(0.125) { Schedule = constant }) }));
    }

    [Fact]
    public void Every_step_asks_once_for_its_own_time()
    {
        var asked = new List<(string, long, int, long)>();
        Schedule Of(string name) => new ScriptedSchedule(time =>
        {
            asked.Add((name, time.Step, time.Epoch, time.MaximumSteps));
            return 1;
        });
        Train(
            Spec(new Dropout(0.75f) { Schedule = Of("dropout") }),
            Options with { MaximumEpochs = 2, Optimizer = Decaying(new DecayWeights(0.1) { Schedule = Of("decay") }) });
        // 100 rows in batches of 40.
        Assert.Equal(Enumerable.Range(1, 6).SelectMany(step => new (string, long, int, long)[]
        {
            ("dropout", step, (step - 1) / 3 + 1, 6), ("decay", step, (step - 1) / 3 + 1, 6),
        }), asked);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void An_interrupted_training_goes_on_to_the_last_bit(int batches)
    {
        NetworkSpec spec = Spec(new Dropout(0.6f) { Schedule = new FlatCosine() });
        TrainingOptions options = Options with
        {
            Optimizer = Decaying(new DecayWeights(0.1) { Schedule = new ReduceOnPlateau { Patience = 0 } }),
            ValidationFraction = 0.2,
            MaximumEpochs = 4,
        };
        float[] expected = Train(spec, options);
        TrainingOptions saved = options with
        {
            Checkpoint = new Checkpoint(Path.Combine(_folder, "training.checkpoint")) { Every = TimeSpan.FromSeconds(1) },
            TimeProvider = new ImpatientClock(),
        };
        int seen = 0;
        var failing = new Listener
        {
            Batch = () =>
            {
                if (++seen == batches)
                    throw new IOException("The power failed.");
            },
        };
        Assert.Throws<TrainingCallbackException>(() => Train(spec, saved with { Callbacks = [failing] }));
        Assert.Equal(expected, Train(spec, saved));
    }

    [Fact]
    public void A_factor_that_is_none_is_an_error()
    {
        Schedule failing = new ScriptedSchedule(time => time.Step == 2 ? -1 : 1);
        const string Message = "The schedule Scripted returned the factor -1 for step 2; it must be at least 0 and finite. ";
        Assert.StartsWith(Message, MessageOf(Spec(new Dropout(0.5f) { Schedule = failing }), Options), StringComparison.Ordinal);
        Assert.StartsWith(
            Message, MessageOf(Spec(new Dropout(0.5f)), Options with { Optimizer = Decaying(new DecayWeights(0.1) { Schedule = failing }) }),
            StringComparison.Ordinal);

        static string MessageOf(NetworkSpec spec, TrainingOptions options) =>
            Assert.Throws<TrainingCallbackException>(() => Train(spec, options)).Message;
    }

    [Fact]
    public void What_goes_by_the_validation_needs_validation_rows()
    {
        const string Rest = " is ReduceOnPlateau, which depends on the validation, but there are no validation rows; "
            + "give some, or a ValidationFraction above 0.";
        Assert.Equal($"Schedule of layer 2.dropout{Rest}", MessageOf(Spec(new Dropout(0.5f) { Schedule = new ReduceOnPlateau() }), Options));
        Assert.Equal(
            $"Schedule of DecayWeights{Rest}",
            MessageOf(Spec(new Dropout(0.5f)), Options with { Optimizer = Decaying(new DecayWeights(0.1) { Schedule = new ReduceOnPlateau() }) }));

        static string MessageOf(NetworkSpec spec, TrainingOptions options) =>
            Assert.Throws<ArgumentException>(() => Train(spec, options)).WithoutParameter();
    }

    [Fact]
    public void Impossible_schedules_are_refused_and_texts_name_possible_ones()
    {
        const string Message = "FlatShare of FlatCosine must be in [0, 1) but is 1; 0.5 is the usual value.";
        Assert.Equal(Message, Assert.Throws<ArgumentException>(
            "FlatShare", () => NetworkSpec.Input(3).Then(new Dropout(0.5f) { Schedule = new FlatCosine(1) })).WithoutParameter());
        Assert.Equal(
            Message,
            Assert.Throws<ArgumentException>("FlatShare", new DecayWeights(0.1) { Schedule = new FlatCosine(1) }.Validate).WithoutParameter());
        Assert.Equal("DecayWeights { WeightDecay = 0.1 }", new DecayWeights(0.1).ToString());
        Assert.Equal(
            "DecayWeights { WeightDecay = 0.1, Schedule = FlatCosine { NeedsValidation = False, FlatShare = 0.5 } }",
            new DecayWeights(0.1) { Schedule = new FlatCosine() }.ToString());
        Assert.Equal(
            "Cycles of LogCosine must be from 1 to 30 but is 0; 4 is the usual value.",
            Assert.Throws<ArgumentException>("Cycles", new LogCosine(0).Validate).WithoutParameter());
    }

    private static TrainingOptions Options => new()
    {
        Seed = 5,
        Optimizer = new Adam(0.02),
        BatchSize = 40,
        MaximumEpochs = 3,
        ValidationFraction = 0,
        NumberOfThreads = 2,
    };

    private static Chain Decaying(DecayWeights decay) => new(new Adam(0.02), decay);

    private static NetworkSpec Spec(Dropout dropout) =>
        NetworkSpec.Input(Clusters.Width).Dense(20).Tanh().Then(dropout).Dense(Clusters.Classes);

    private static float[] Train(NetworkSpec spec, TrainingOptions? options = null) =>
        new Trainer(spec, new SoftmaxCrossEntropy(), options ?? Options).Train(Clusters.Rows(100)).Network.Parameters.Values.ToArray();
}
