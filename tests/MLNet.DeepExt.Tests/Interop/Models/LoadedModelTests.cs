using System.Globalization;
using Microsoft.ML;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Interop.Models;

public sealed class LoadedModelTests
{
    private static readonly SampleRow[] Rows = SampleRow.Generate(50, seed: 99);

    [Fact]
    public void A_loaded_model_predicts_the_same_bits()
    {
        (ITransformer model, DataViewSchema schema) = SamplePipeline.Fit();
        ITransformer loaded = SaveAndLoad(model, schema);
        Assert.Equal(SamplePrediction.Of(model, Rows), SamplePrediction.Of(loaded, Rows));
    }

    [Fact]
    public void A_loaded_model_can_be_saved_again()
    {
        (ITransformer model, DataViewSchema schema) = SamplePipeline.Fit();
        ITransformer twice = SaveAndLoad(SaveAndLoad(model, schema), schema);
        Assert.Equal(SamplePrediction.Of(model, Rows), SamplePrediction.Of(twice, Rows));
    }

    [Fact]
    public void A_loaded_model_gives_the_same_schema_with_the_names_of_its_classes()
    {
        (ITransformer model, DataViewSchema schema) = SamplePipeline.Fit();
        ITransformer loaded = SaveAndLoad(model, schema);
        Assert.Equal(Describe(model), Describe(loaded));

        string[] Describe(ITransformer transformer) => [.. transformer.GetOutputSchema(schema).Select(column =>
            $"{column.Name}: {column.Type} ({string.Join("; ", column.Annotations.Schema.Select(annotation => annotation.ToString()))})")];
    }

    [Fact]
    public void A_loaded_model_knows_its_network_and_not_how_it_was_trained()
    {
        (ITransformer model, DataViewSchema schema) = SamplePipeline.Fit();
        NeuralNetworkMulticlassTransformer before = NetworkOf(model), after = NetworkOf(SaveAndLoad(model, schema));
        Assert.NotNull(before.Model.History);
        Assert.Null(after.Model.History);
        Assert.Equal(before.Model.Spec, after.Model.Spec);
        Assert.Equal("Features", after.FeatureColumnName);
        Assert.Equal("Label", after.LabelColumnName);
        Assert.Equal(before.FeatureColumnType, after.FeatureColumnType);

        static NeuralNetworkMulticlassTransformer NetworkOf(ITransformer transformer) =>
            Flatten(transformer).OfType<NeuralNetworkMulticlassTransformer>().Single();

        static IEnumerable<ITransformer> Flatten(ITransformer transformer) =>
            transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [transformer];
    }

    [Fact]
    public void Columns_that_cannot_be_saved_do_not_keep_a_model_from_being_saved()
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(SampleRow.Generate(100, seed: 1).Select(row => new RowWithImage
        {
            A = row.A,
            B = row.B,
            C = row.C,
            Label = row.Label,
            Image = Microsoft.ML.Data.MLImage.CreateFromPixels(1, 1, Microsoft.ML.Data.MLPixelFormat.Bgra32, [1, 2, 3, 255]),
        }).ToArray());
        ITransformer model = SamplePipeline.Create(context).Fit(data);
        Assert.Equal(SamplePrediction.Of(model, Rows), SamplePrediction.Of(SaveAndLoad(model, schema: null), Rows));
    }

    [Fact]
    public void A_model_file_holds_nothing_of_columns_that_the_network_does_not_use()
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromEnumerable(SampleRow.Generate(100, seed: 1));
        data = SamplePipeline.Preparation(context).Append(context.Transforms.CopyColumns("Bystander", "A")).Fit(data).Transform(data);
        using var stream = new MemoryStream();
        context.Model.Save(context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options).Fit(data), null, stream);
        var file = new ZipBytes(stream.ToArray());
        ReadOnlySpan<byte> content = file.Read(file.ContentEntries.Single());
        Assert.NotEqual(-1, content.LastIndexOf("Label"u8));
        Assert.Equal(-1, content.IndexOf("Bystander"u8));
    }

    [Theory]
    [InlineData("C.UTF-8")]
    [InlineData("tr_TR.UTF-8")]
    [InlineData("de_DE.UTF-8")]
    public async Task A_fresh_process_that_only_loads_the_file_predicts_the_same_bits(string locale)
    {
        (ITransformer model, DataViewSchema schema) = SamplePipeline.Fit();
        using var directory = new TemporaryDirectory();
        new MLContext().Model.Save(model, schema, directory.PathOf("model.zip"));
        File.WriteAllLines(directory.PathOf("rows.tsv"), Rows.Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"{row.A:R}\t{row.B:R}\t{row.C:R}\t{row.Label}")));

        string[] lines = await ProbeProcess.Run(
            "MLNet.DeepExt.Tests.LoadProbe", [directory.PathOf("model.zip"), directory.PathOf("rows.tsv")], ("LC_ALL", locale));

        Assert.Equal(SamplePrediction.Of(model, Rows), lines);
    }

    private static ITransformer SaveAndLoad(ITransformer model, DataViewSchema? schema)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private sealed class RowWithImage
    {
        public float A { get; set; }

        public float B { get; set; }

        public float C { get; set; }

        public string Label { get; set; } = "";

        [Microsoft.ML.Transforms.Image.ImageType(1, 1)]
        public Microsoft.ML.Data.MLImage Image { get; set; } = null!;
    }
}
