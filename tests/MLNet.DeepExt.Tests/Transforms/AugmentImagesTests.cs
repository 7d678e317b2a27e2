using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Transforms;

[Trait("Spec", "B2")]
public sealed class AugmentImagesTests
{
    private const int Height = 4, Width = 5;

    private readonly MLContext _context = new(seed: 1);

    private static float[][] Pictures { get; } =
    [
        .. Enumerable.Range(0, 40).Select(row =>
            Enumerable.Range(0, Height * Width).Select(pixel => (row * 31 + pixel * 7) % 50 / 50f).ToArray()),
    ];

    [Fact]
    public void Rows_are_augmented_for_training_and_stay_as_they_are_at_prediction()
    {
        IDataView data = VectorRow.Dense(_context, Pictures);
        TrainingTimeTransformer transformer = Fit(data, Augment.Flip(probability: 1).OnImages(Height, Width));
        Assert.Equal(Pictures, VectorRow.Read(transformer.Transform(data)));
        float[][] flipped = [.. Pictures.Select(picture => picture.Chunk(Width).SelectMany(line => line.Reverse()).ToArray())];
        Assert.Equal(flipped, VectorRow.Read(transformer.TransformForTraining(data)));
    }

    [Fact]
    public void Copies_follow_each_row_and_every_reading_gives_the_same()
    {
        IDataView data = VectorRow.Dense(_context, Pictures);
        AugmentationRecipe recipe = Augment.Rotate(20).Noise(0.1f).OnImages(Height, Width);
        IDataView enlarged = Fit(data, recipe, copies: 3, seed: 7).TransformForTraining(data);
        float[][] rows = VectorRow.Read(enlarged);
        Assert.Equal((4 * Pictures.Length, (long?)(4 * Pictures.Length)), (rows.Length, enlarged.GetRowCount()));
        Assert.Equal(Pictures, rows.Where((_, row) => row % 4 == 0));
        Assert.Equal(rows.Length, rows.DistinctBy(row => string.Join(' ', row)).Count());
        Assert.Equal(rows, VectorRow.Read(enlarged));
        Assert.Equal(rows, VectorRow.Read(Fit(data, recipe, copies: 3, seed: 7).TransformForTraining(data)));
        Assert.NotEqual(rows, VectorRow.Read(Fit(data, recipe, copies: 3, seed: 8).TransformForTraining(data)));
        // The seed of the context stands in for one.
        Assert.Equal(
            VectorRow.Read(Fit(data, recipe).TransformForTraining(data)),
            VectorRow.Read(new MLContext(seed: 1).Transforms.AugmentImages("Features", recipe).Fit(data).TransformForTraining(data)));
    }

    [Fact]
    public void A_pipeline_trains_on_augmented_rows_and_predicts_of_plain_ones()
    {
        Bar[] rows = Bar.Generate(200, seed: 1, spread: 0), shifted = Bar.Generate(300, seed: 2, spread: 2);
        IDataView training = _context.Data.LoadFromEnumerable(rows), test = _context.Data.LoadFromEnumerable(shifted);
        double Accuracy(AugmentationRecipe? recipe)
        {
            IEstimator<ITransformer> trainer = _context.BinaryClassification.Trainers.NeuralNetwork(labelColumnName: nameof(Bar.IsUpright));
            ITransformer model = (recipe is null
                ? trainer
                : _context.Transforms.AugmentImages("Features", recipe, copies: 8).Append(trainer)).Fit(training);
            using var file = new MemoryStream();
            _context.Model.Save(model, training.Schema, file);
            file.Position = 0;
            Assert.Equal(OutputText.Of(model, test), OutputText.Of(new MLContext().Model.Load(file, out _), test));
            return _context.BinaryClassification.Evaluate(model.Transform(test), nameof(Bar.IsUpright)).Accuracy;
        }

        double plain = Accuracy(null), augmented = Accuracy(Augment.Shift(0.3f).OnImages(Bar.Side, Bar.Side));
        Assert.True(augmented > plain + 0.1, $"{plain} without, {augmented} with augmentation");
    }

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void Images_of_any_size_are_augmented_and_missing_ones_stay_missing(MLPixelFormat format)
    {
        (int Width, int Height)[] sizes = [(3, 2), (5, 4), (3, 2), (1, 1)];
        MLImage?[] images = [.. sizes.Select((size, seed) => Image(size.Width, size.Height, seed, format)), null];
        IDataView data = _context.Data.LoadFromEnumerable(images.Select(image => new ImageRow { Image = image! }).ToArray());
        TrainingTimeTransformer transformer =
            _context.Transforms.AugmentImages("Image", Augment.Flip(probability: 1), copies: 1).Fit(data);
        Assert.Equal(images.Select(Bytes), Read(transformer.Transform(data)));
        for (int reading = 0; reading < 2; reading++)
        {
            byte[]?[] versions = Read(transformer.TransformForTraining(data));
            Assert.Equal(images.Select(Bytes), versions.Where((_, row) => row % 2 == 0));
            Assert.Equal(images.Select(image => Flipped(image)), versions.Where((_, row) => row % 2 == 1));
        }

        byte[]?[] Read(IDataView view)
        {
            var read = new List<byte[]?>();
            using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Image"]]);
            ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(view.Schema["Image"]);
            MLImage image = null!;
            while (cursor.MoveNext())
            {
                getter(ref image);
                read.Add(Bytes(image));
            }

            return [.. read];
        }
    }

    [Fact]
    public void The_size_of_pictures_is_that_of_the_column_where_its_type_says_it()
    {
        MLImage[] images = [.. Enumerable.Range(0, 6).Select(seed => Image(7, 6, seed, MLPixelFormat.Bgra32))];
        IDataView data = _context.Data.LoadFromEnumerable(images.Select(image => new ImageRow { Image = image }).ToArray());
        IDataView features = _context.Transforms.ImageFeatures(height: 6, width: 7, colors: ImageColors.Rgb).Fit(data).Transform(data);
        float[][] said = VectorRow.Read(Fit(features, Augment.Rotate(30).OnImages(6, 7, 3), seed: 1).TransformForTraining(features));
        Assert.Equal(said, VectorRow.Read(Fit(features, Augment.Rotate(30), seed: 1).TransformForTraining(features)));
    }

    [Fact]
    public void Channels_that_come_first_are_known_by_the_type_of_the_column()
    {
        MLImage[] images = [.. Enumerable.Range(0, 6).Select(seed => Image(6, 5, seed, MLPixelFormat.Bgra32))];
        IDataView Pixels(bool interleave)
        {
            IDataView data = _context.Data.LoadFromEnumerable(images.Select(image => new SizedImageRow { Image = Copy(image) }).ToArray());
            return _context.Transforms.ExtractPixels("Features", "Image", interleavePixelColors: interleave).Fit(data).Transform(data);
        }

        float[][] Turned(bool interleave) =>
            VectorRow.Read(Fit(Pixels(interleave), Augment.Rotate(30), seed: 1).TransformForTraining(Pixels(interleave)));

        float[][] first = Turned(interleave: false), last = Turned(interleave: true);
        Assert.Equal(last.Select(row => row.Chunk(3).Select(pixel => pixel[1])), first.Select(row => row[30..60]));
    }

    [Fact]
    public void Dimensions_that_could_be_either_way_round_have_to_be_said()
    {
        var definition = SchemaDefinition.Create(typeof(VectorRow));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, 4, 3);
        IDataView data = _context.Data.LoadFromEnumerable([new VectorRow { Features = new VBuffer<float>(36, new float[36]) }], definition);
        Assert.Equal(
            "The augmentation HorizontalFlip changes images but the image shape of a row of 36 features is not set; "
                + "use OnImages(height, width, channels).",
            Assert.Throws<ArgumentException>(() => Fit(data, Augment.Flip())).WithoutParameter());
        Assert.NotNull(Fit(data, Augment.Flip().OnImages(3, 4, 3)));
    }

    [Fact]
    public void A_reader_may_release_the_images_that_he_is_given()
    {
        MLImage[] images = [.. Enumerable.Range(0, 3).Select(seed => Image(4, 3, seed, MLPixelFormat.Bgra32))];
        IDataView data = _context.Data.LoadFromEnumerable(images.Select(image => new ImageRow { Image = image }).ToArray());
        TrainingTimeTransformer transformer = _context.Transforms.AugmentImages("Image", Augment.Flip(probability: 1), copies: 2).Fit(data);
        IDataView versions = transformer.TransformForTraining(data);
        int rows = 0;
        using DataViewRowCursor cursor = versions.GetRowCursor([versions.Schema["Image"]]);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(versions.Schema["Image"]);
        while (cursor.MoveNext())
        {
            MLImage image = null!;
            getter(ref image);
            Assert.Equal(rows % 3 == 0 ? Bytes(images[rows / 3]) : Flipped(images[rows / 3]), Bytes(image));
            image.Dispose();
            rows++;
        }

        Assert.Equal(9, rows);
    }

    [Fact]
    public void Bad_options_and_columns_are_refused()
    {
        AssertRefused("Recipe is null; say what is to be done, such as Augment.Rotate(15).", new());
        AssertRefused(
            "Copies must be from 0 to 10000 but is -1; 0 replaces each row by its augmented version.",
            new() { Recipe = Augment.Flip(), Copies = -1 });
        AssertRefused("OutputColumnName is empty; name the column to make.", new() { Recipe = Augment.Flip(), OutputColumnName = "" });
        AssertRefused(
            "InputColumnName is empty; use null to augment the column that OutputColumnName names.",
            new() { Recipe = Augment.Flip(), InputColumnName = "" });
        AssertRefused(
            "Recipe mixes rows with others, of which this transform knows none; give it to the trainer, as Options.Augmentation.",
            new() { Recipe = Augment.Flip().MixUp(0.2f) });
        AssertRefused(
            "Degrees of a Rotation must be in (0, 180] but is 200; 15 rotates by at most 15 in both directions.",
            new() { Recipe = Augment.Rotate(200) });

        IDataView data = VectorRow.Dense(_context, Pictures);
        Assert.Equal(
            "The augmentation HorizontalFlip changes images but the image shape of a row of 20 features is not set; "
                + "use OnImages(height, width, channels).",
            Assert.Throws<ArgumentException>(() => Fit(data, Augment.Flip())).WithoutParameter());
        Assert.Equal(
            "Images of 3 × 3 × 1 have 9 numbers but rows have 20 features; set the size with OnImages.",
            Assert.Throws<ArgumentException>(() => Fit(data, Augment.Flip().OnImages(3, 3))).WithoutParameter());
        IDataView withImages = _context.Data.LoadFromEnumerable([new ImageRow { Image = Image(2, 2, 1, MLPixelFormat.Bgra32) }]);
        Assert.Equal(
            "Recipe has Categories but images have none; leave them out.",
            Assert.Throws<ArgumentException>(() => _context.Transforms.AugmentImages(
                "Image", Augment.Flip() with { Categories = [new SlotRange(0, 1)] }).Fit(withImages)).WithoutParameter());
        IDataView other = _context.Data.LoadFromEnumerable(TaskRow.Generate(3, 1));
        Assert.Equal(
            "Schema mismatch for input column 'A': expected known-size vector of Single or MLImage, got Single; " +
            "make one vector of all pixels with Concatenate, or name another column. (Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.AugmentImages("A", Augment.Flip()).Fit(other)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.AugmentImages("None", Augment.Flip()).Fit(other));

        void AssertRefused(string expected, AugmentImagesEstimator.Options options) =>
            Assert.Equal(expected, Assert.Throws<ArgumentException>(() => _context.Transforms.AugmentImages(options)).WithoutParameter());
    }

    private TrainingTimeTransformer Fit(IDataView data, AugmentationRecipe recipe, int copies = 0, int? seed = null) =>
        new MLContext(seed: 1).Transforms.AugmentImages("Features", recipe, copies: copies, seed: seed).Fit(data);

    private static MLImage Image(int width, int height, int seed, MLPixelFormat format)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[4 * width * height];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = i % 4 == 3 ? (byte)255 : (byte)random.Next(256);
        return MLImage.CreateFromPixels(width, height, format, bytes);
    }

    private static MLImage Copy(MLImage image) =>
        MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels.ToArray());

    private static byte[]? Bytes(MLImage? image) => image?.Pixels.ToArray();

    private static byte[]? Flipped(MLImage? image) =>
        image is null
            ? null
            : [.. Bytes(image)!.Chunk(4 * image.Width).SelectMany(line => line.Chunk(4).Reverse().SelectMany(pixel => pixel))];

    private sealed class SizedImageRow
    {
        [ImageType(5, 6)]
        public MLImage Image { get; set; } = null!;
    }

    private sealed class ImageRow
    {
        [ImageType(4, 6)]
        public MLImage Image { get; set; } = null!;
    }
}
