using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Trainings that begin with what another one has learned.</summary>
[Trait("Spec", "A14")]
public sealed class StartingNetworkTests
{
    // Dense, batch norm, ReLU, Dense.
    private const int LayersBeforeOutputs = 3;

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public StartingNetworkTests() => _data = TaskRow.Prepare(_context, TaskRow.Generate(200, seed: 1));

    public static TheoryData<string> Kinds => TrainerKind.Names;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frozen_layers_of_a_model_for_another_task_stay_as_they_are_under_new_outputs(string kind)
    {
        NeuralNetworkTransformer multiclass = TrainerKind.Multiclass.Fit(_context, _data);
        NeuralNetworkTransformer model = TrainerKind.Of(kind).Fit(_context, _data, options =>
        {
            options.TransferFrom = multiclass;
            options.FrozenLayers = LayersBeforeOutputs;
        });
        Assert.Equal(
            multiclass.Model.Spec.Take(LayersBeforeOutputs).Dense(model.Model.Spec.Outputs), model.Model.Spec);
        float[][] before = Values(multiclass, layers: 2), after = Values(model, layers: 2);
        Assert.Equal(before, after);

        NeuralNetworkTransformer tuned = TrainerKind.Of(kind).Fit(_context, _data, options =>
        {
            options.TransferFrom = multiclass;
            options.LayerRates = new Dictionary<string, double> { ["0.dense"] = 0.1, ["1.batchnorm"] = 0.1 };
        });
        Assert.NotEqual(before, Values(tuned, layers: 2));
        Assert.NotEqual(OutputText.Of(model, _data), OutputText.Of(tuned, _data));
    }

    [Fact]
    public void Layers_are_kept_as_many_as_asked_for_and_a_head_is_put_on_them()
    {
        NeuralNetworkTransformer multiclass =
            TrainerKind.Multiclass.Fit(_context, _data, options => options.HiddenUnits = [8, 6]);
        NeuralNetworkTransformer model = TrainerKind.Binary.Fit(_context, _data, options =>
        {
            options.TransferFrom = multiclass;
            options.KeptLayers = 3;
            options.HeadUnits = [5];
        });
        Assert.Equal(NetworkSpec.Input(3).Dense(8).BatchNorm().Relu().Dense(5).BatchNorm().Relu().Dense(1), model.Model.Spec);
        NeuralNetworkTransformer all = TrainerKind.Binary.Fit(_context, _data, options =>
        {
            options.TransferFrom = multiclass;
            options.HeadUnits = [5];
        });
        Assert.Equal(
            NetworkSpec.Input(3).Dense(8).BatchNorm().Relu().Dense(6).BatchNorm().Relu().Dense(5).BatchNorm().Relu().Dense(1),
            all.Model.Spec);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_training_goes_on_where_the_model_stopped(string kind)
    {
        NeuralNetworkTransformer first = TrainerKind.Of(kind).Fit(_context, _data, options =>
        {
            options.MaximumEpochs = 20;
            LeaveUncalibrated(options);
        });
        foreach (ITransformer earlier in new ITransformer[] { first, Loaded(new TransformerChain<ITransformer>(first)) })
        {
            NeuralNetworkTransformer continued = TrainerKind.Of(kind).Fit(_context, _data, options =>
            {
                options.ContinueFrom = earlier;
                options.LearningRate = 1e-9;
                options.MaximumEpochs = 1;
                options.LayerRates = new Dictionary<string, double> { ["1.batchnorm"] = 0 };
                LeaveUncalibrated(options);
            });
            Assert.Equal(first.Model.Spec, continued.Model.Spec);
            double best = first.Model.History!.Epochs.Min(epoch => epoch.ValidationLoss)!.Value;
            Assert.Equal(best, continued.Model.History!.Epochs[0].ValidationLoss!.Value, 1e-4);
        }

        // The history has the loss before quantiles are shifted.
        static void LeaveUncalibrated(NeuralNetworkOptions options)
        {
            if (options is NeuralNetworkRegressionTrainer.Options numbers)
                numbers.QuantileCalibration = false;
        }
    }

    [Fact]
    public void What_cannot_be_begun_with_is_refused_in_words()
    {
        NeuralNetworkTransformer binary = TrainerKind.Binary.Fit(_context, _data);
        NeuralNetworkTransformer multiclass = TrainerKind.Multiclass.Fit(_context, _data);
        AssertRefused(
            "ContinueFrom and TransferFrom are both given; training begins with one network: leave one out.",
            options => (options.ContinueFrom, options.TransferFrom) = (binary, binary));
        AssertRefused(
            "Network and TransferFrom are both given; training begins with one network: leave one out.",
            options => (options.Network, options.TransferFrom) = (NetworkSpec.Input(3).Dense(1), multiclass));
        AssertRefused(
            "KeptLayers and HeadUnits are of new outputs but ContinueFrom keeps its own; use TransferFrom, or leave them out.",
            options => (options.ContinueFrom, options.KeptLayers) = (binary, 3));
        AssertRefused(
            "KeptLayers and HeadUnits are of new outputs but ContinueFrom keeps its own; use TransferFrom, or leave them out.",
            options => (options.ContinueFrom, options.HeadUnits) = (binary, [4]));
        AssertRefused(
            "ContinueFrom was fitted by a trainer for another task; use TransferFrom, which keeps its layers and trains new outputs.",
            options => options.ContinueFrom = multiclass);
        AssertRefused(
            "KeptLayers is 9 but the network of TransferFrom has 4 layers; keep from 0 to as many.",
            options => (options.TransferFrom, options.KeptLayers) = (multiclass, 9));
        AssertRefused(
            "FrozenLayers is 5 but the network has 4 layers; freeze at most as many.",
            options => (options.TransferFrom, options.FrozenLayers) = (multiclass, 5));

        IDataView wide = _context.Transforms.Concatenate("Features", "Features", "A").Fit(_data).Transform(_data);
        Assert.Equal(
            "TransferFrom has a network of 3 inputs but column 'Features' holds 4 features; "
            + "prepare the rows as those were that it was trained on.",
            Assert.Throws<ArgumentException>(
                () => TrainerKind.Binary.Fit(_context, wide, options => options.TransferFrom = multiclass)).WithoutParameter());

        void AssertRefused(string expected, Action<NeuralNetworkOptions> spoil) =>
            Assert.Equal(expected, Assert.Throws<ArgumentException>(() => TrainerKind.Binary.Create(_context, spoil)).WithoutParameter());
    }

    [Fact]
    public void Labels_of_another_meaning_do_not_go_on()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        SampleRow[] others = SampleRow.Generate(100, seed: 2);
        IDataView rows = _context.Data.LoadFromEnumerable(others.Where(row => row.Label != "blue").ToArray());
        IDataView data = SamplePipeline.Preparation(_context).Fit(rows).Transform(rows);
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.ContinueFrom = model;
        Assert.Equal(
            "ContinueFrom has a network of 3 outputs but label column 'Label' has 2 classes; "
            + "use TransferFrom, which trains new outputs.",
            Assert.Throws<ArgumentException>(
                () => _context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data)).WithoutParameter());
        foreach (SampleRow row in others)
            row.Label = row.Label.ToUpperInvariant();
        rows = _context.Data.LoadFromEnumerable(others);
        data = SamplePipeline.Preparation(_context).Fit(rows).Transform(rows);
        string message = Assert.Throws<ArgumentException>(
            () => _context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data)).WithoutParameter();
        Assert.Matches(
            "^Label column 'Label' has value '[A-Z]+' at key 1 in these rows but '[a-z]+' in the model to continue; "
            + "use TransferFrom, which trains new outputs\\.$",
            message);
    }

    [Fact]
    public void A_scaling_of_targets_does_not_change_when_a_training_goes_on()
    {
        NeuralNetworkTransformer first = TrainerKind.Regression.Fit(_context, _data);
        Assert.Equal(
            "Loss has a Scaling but the outputs of ContinueFrom were learned with another; leave it null to go on with that one.",
            Assert.Throws<ArgumentException>(
                () => TrainerKind.Regression.Create(_context, options => Set(options, [5], [1]))).WithoutParameter());
        ElementwiseLoss loss = Assert.IsType<SquaredError>(first.Content.Loss);
        TrainerKind.Regression.Create(_context, options => Set(options, loss.Scaling!.Means, loss.Scaling.Scales));

        void Set(NeuralNetworkOptions options, IReadOnlyList<double> means, IReadOnlyList<double> scales)
        {
            options.ContinueFrom = first;
            ((NeuralNetworkRegressionTrainer.Options)options).Loss = new Huber { Scaling = new TargetScaling(means, scales) };
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Features_in_another_order_do_not_go_on(bool isTransferred)
    {
        NeuralNetworkTransformer first = TrainerKind.Regression.Fit(_context, _data);
        IDataView other = _context.Transforms.Concatenate("Features", "A", "C", "B").Fit(_data).Transform(_data);
        IDataView renamed = _context.Transforms.Concatenate("Features", "A", "B", "Weight").Fit(_data).Transform(_data);
        TrainerKind.Regression.Fit(_context, renamed, options =>
        {
            options.TransferFrom = isTransferred ? first : null;
            options.ContinueFrom = isTransferred ? null : first;
        });
        var watched = new WatchedDataView(other, _ => { });
        foreach (ITransformer earlier in new ITransformer[] { first, Loaded(first) })
        {
            Assert.Equal(
                "Column 'Features' holds the same features in another order: it has slot 1 called 'C' in these rows but 'B' "
                + $"in the model of {(isTransferred ? "TransferFrom" : "ContinueFrom")}; "
                + "prepare the rows as those were that it was trained on.",
                Assert.Throws<ArgumentException>(() => TrainerKind.Regression.Fit(_context, watched, options =>
                {
                    options.TransferFrom = isTransferred ? earlier : null;
                    options.ContinueFrom = isTransferred ? null : earlier;
                })).WithoutParameter());
            Assert.Equal(0, watched.Cursors);
        }
    }

    [Fact]
    public void Keys_that_do_not_say_what_they_stand_for_do_not_go_on_as_those_that_do()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        IDataView rows = _context.Data.LoadFromEnumerable(SampleRow.Generate(100, seed: 1));
        IDataView named = SamplePipeline.Preparation(_context).Fit(rows).Transform(rows);
        IDataView unnamed = _context.Transforms.CopyColumns("Label", "Class").Fit(_data).Transform(_data);
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.ContinueFrom = model;
        AssertRefused("the model to continue", "these rows", unnamed);
        options.ContinueFrom = null;
        options.ContinueFrom = _context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(unnamed);
        AssertRefused("these rows", "the model to continue", named);
        // Where neither says it, nothing contradicts.
        _context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(unnamed);

        void AssertRefused(string with, string without, IDataView data)
        {
            var watched = new WatchedDataView(data, _ => { });
            Assert.Equal(
                $"Label column 'Label' says what its keys stand for in {with} but not in {without}, so they may be other classes; "
                + "make both with the same fitted MapValueToKey, or use TransferFrom, which trains new outputs.",
                Assert.Throws<ArgumentException>(
                    () => _context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(watched)).WithoutParameter());
            Assert.Equal(0, watched.Cursors);
        }
    }

    [Theory]
    [InlineData("Regression", false)]
    [InlineData("Quantiles", true)]
    [InlineData("MultiTarget", true)]
    public void A_training_that_goes_on_streams_no_row_to_scale_targets_once_more(string kind, bool isValidated)
    {
        NeuralNetworkTransformer first = TrainerKind.Of(kind).Fit(_context, _data);
        Assert.Equal(Readings(null) - 1, Readings(first));

        int Readings(ITransformer? earlier)
        {
            var watched = new WatchedDataView(_data, _ => { });
            Action<NeuralNetworkOptions> set = options =>
            {
                options.DataMode = DataMode.Streaming;
                options.MaximumEpochs = 2;
                options.ContinueFrom = earlier;
            };
            if (isValidated)
                TrainerKind.Of(kind).Fit(_context, watched, _data, set);
            else
                TrainerKind.Of(kind).Fit(_context, watched, set);
            return watched.Cursors;
        }
    }

    private static ITransformer Loaded(ITransformer model)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(model, null, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    // What the first layers have learned, running statistics included.
    private static float[][] Values(NeuralNetworkTransformer model, int layers)
    {
        Network<float> network = model.Model.ToNetwork();
        string[] names = [.. Enumerable.Range(0, layers).Select(layer => $"{layer}.")];
        return [.. network.Parameters.Slots.Where(slot => names.Any(name => slot.Name.StartsWith(name, StringComparison.Ordinal)))
            .Select(network.Parameters.Read)];
    }
}
