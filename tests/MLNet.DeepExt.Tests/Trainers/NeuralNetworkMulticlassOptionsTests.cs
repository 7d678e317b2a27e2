using Microsoft.ML;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>What options of this trainer are besides those of all, which <see cref="AllTrainersOptionsTests"/> holds.</summary>
public sealed class NeuralNetworkMulticlassOptionsTests
{
    [Fact]
    public void The_short_overload_refuses_the_same()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => new MLContext().MulticlassClassification.Trainers.NeuralNetwork(learningRate: 0));
        Assert.Equal("LearningRate must be above 0 but is 0; 0.001 suits most networks.", exception.WithoutParameter());
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    public void Messages_do_not_depend_on_the_culture(string culture)
    {
        using var _ = new CultureScope(culture);
        var options = new NeuralNetworkMulticlassTrainer.Options { KeepProbability = 1.5f };
        var exception = Assert.Throws<ArgumentException>(() => new MLContext().MulticlassClassification.Trainers.NeuralNetwork(options));
        Assert.Equal("KeepProbability must be from 0.000001 to 1 but is 1.5; use 1 to keep every unit.", exception.WithoutParameter());
    }

    [Fact]
    public void Options_are_copied_when_the_trainer_is_made()
    {
        (IDataView data, MLContext context) = Prepared();
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        NeuralNetworkMulticlassTrainer trainer = context.MulticlassClassification.Trainers.NeuralNetwork(options);
        options.FeatureColumnName = "Gone";
        options.HiddenUnits[0] = 1;
        Assert.Equal(NetworkSpec.Input(3).Dense(8).BatchNorm().Relu().Dense(3), trainer.Fit(data).Model.Spec);
    }

    [Fact]
    public void Hidden_layers_are_dense_batch_norm_an_activation_and_dropout()
    {
        (IDataView data, MLContext context) = Prepared();
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.HiddenUnits = [8, 4];
        options.KeepProbability = 0.9f;
        options.MaximumEpochs = 1;
        Assert.Equal(
            NetworkSpec.Input(3).Dense(8).BatchNorm().Relu().Dropout(0.9f).Dense(4).BatchNorm().Relu().Dropout(0.9f).Dense(3),
            Fit().Model.Spec);

        options.BatchNormalization = false;
        options.KeepProbability = 1;
        Assert.Equal(NetworkSpec.Input(3).Dense(8).Relu().Dense(4).Relu().Dense(3), Fit().Model.Spec);

        options.Activation = new Gelu();
        Assert.Equal(NetworkSpec.Input(3).Dense(8).Gelu().Dense(4).Gelu().Dense(3), Fit().Model.Spec);

        options.HiddenUnits = [];
        Assert.Equal(NetworkSpec.Input(3).Dense(3), Fit().Model.Spec);

        NeuralNetworkMulticlassTransformer Fit() => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data);
    }

    [Fact]
    public void A_network_of_ones_own_is_trained_as_it_is()
    {
        (IDataView data, MLContext context) = Prepared();
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.Network = NetworkSpec.Input(3).Dense(5).Tanh().Dense(3);
        NeuralNetworkMulticlassTransformer transformer = context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data);
        Assert.Equal(options.Network, transformer.Model.Spec);
    }

    [Fact]
    public void A_network_that_does_not_fit_the_data_is_refused()
    {
        (IDataView data, MLContext context) = Prepared();
        AssertRefused(
            NetworkSpec.Input(4).Dense(3), "Network has 4 inputs but column 'Features' holds 3 features; use NetworkSpec.Input(3).");
        AssertRefused(
            NetworkSpec.Input(3).Dense(2), "Network has 2 outputs but column 'Label' has 3 classes; end it with Dense(3).");

        void AssertRefused(NetworkSpec network, string expected)
        {
            NeuralNetworkMulticlassTrainer trainer = context.MulticlassClassification.Trainers.NeuralNetwork(
                new NeuralNetworkMulticlassTrainer.Options { Network = network });
            Assert.Equal(expected, Assert.Throws<ArgumentException>(() => trainer.Fit(data)).WithoutParameter());
        }
    }

    [Fact]
    public void Smoothing_out_of_its_range_is_refused_and_in_it_learns_another_model()
    {
        Assert.Equal(
            "LabelSmoothing must be in [0, 1) but is 1; 0.1 is a usual value, and 0 is no smoothing.",
            Assert.Throws<ArgumentException>(() => new MLContext().MulticlassClassification.Trainers.NeuralNetwork(
                new NeuralNetworkMulticlassTrainer.Options { LabelSmoothing = 1 })).WithoutParameter());
        (IDataView data, MLContext context) = Prepared();
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.Seed = 1;
        string[] plain = OutputText.Of(context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data), data);
        options.LabelSmoothing = 0.1;
        Assert.NotEqual(plain, OutputText.Of(context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data), data));
    }

    [Fact]
    public void Defaults_are_a_cycle_with_averaged_weights_and_else_those_of_the_engine()
    {
        var options = new NeuralNetworkMulticlassTrainer.Options();
        Assert.Equal((0.005, 60, 0.9f), (options.LearningRate, options.MaximumEpochs, options.KeepProbability));
        Assert.Equal(new OneCycle(), options.Schedule);
        var engine = new TrainingOptions();
        Assert.Equal(engine.Patience, options.Patience);
        Assert.Equal(engine.ValidationFraction, options.ValidationFraction);
        Assert.Equal(engine.BatchSize, options.BatchSize);
        Assert.Equal(engine.NumberOfThreads, options.NumberOfThreads);
        Assert.Equal(engine.ShuffleBufferMegabytes, options.ShuffleBufferMegabytes);
    }

    [Fact]
    public void Weights_are_averaged_unless_that_is_asked_not_to_be_or_would_lose_exact_zeros()
    {
        (IDataView data, MLContext context) = Prepared();
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.Seed = 1;
        string[] none = Outputs();
        options.WeightAveraging = NeuralNetworkOptions.DefaultWeightAveraging;
        string[] averaged = Outputs();
        options.WeightAveraging = null;
        Assert.Equal(averaged, Outputs());
        Assert.NotEqual(none, averaged);

        options.Regularizer = new L1(0.01);
        string[] penalized = Outputs();
        options.WeightAveraging = 0;
        Assert.Equal(penalized, Outputs());

        string[] Outputs() => OutputText.Of(context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data), data);
    }

    private static (IDataView Data, MLContext Context) Prepared()
    {
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(SampleRow.Generate(60, seed: 1));
        return (SamplePipeline.Preparation(context).Fit(rows).Transform(rows), context);
    }
}
