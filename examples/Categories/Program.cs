using System.Globalization;
using Categories;
using Microsoft.ML;
using MLNet.DeepExt.Trainers;

// Two categories of many values each: learned as a few numbers for each value, and as a slot for each value.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
IDataView train = ml.Data.LoadFromEnumerable(Sale.Generate(20_000, seed: 1));
IDataView test = ml.Data.LoadFromEnumerable(Sale.Generate(5_000, seed: 2));

(double embedded, ITransformer model) = Train(embed: true);
(double oneHot, _) = Train(embed: false);
Console.WriteLine($"{embedded:P1} of other sales are predicted correctly with embeddings, {oneHot:P1} with one-hot slots; 90 % can be.");

// A product without sales has no slot, and a separate embedding.
using PredictionEngine<Sale, Answer> engine = ml.Model.CreatePredictionEngine<Sale, Answer>(model);
float unknown = engine.Predict(new Sale { Product = "product 99999", Shop = "shop 3" }).Probability;
Console.WriteLine($"A product that was never seen sells out with probability {unknown:0.00}.");
return embedded > oneHot - 0.01 && float.IsFinite(unknown) ? 0 : 1;

(double Accuracy, ITransformer Model) Train(bool embed)
{
    var trainer = ml.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
    {
        LabelColumnName = nameof(Sale.SoldOut),
        EmbedCategories = embed,
        HiddenUnits = [32],
        MaximumEpochs = 15,
        BatchSize = 256,
        Seed = 1,
    });
    ITransformer fitted = ml.Transforms.Categorical.OneHotEncoding(
            [new InputOutputColumnPair("ProductSlots", "Product"), new InputOutputColumnPair("ShopSlots", "Shop")])
        .Append(ml.Transforms.Concatenate("Features", "ProductSlots", "ShopSlots"))
        .Append(trainer).Fit(train);
    return (ml.BinaryClassification.Evaluate(fitted.Transform(test), nameof(Sale.SoldOut)).Accuracy, fitted);
}
