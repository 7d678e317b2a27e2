using Microsoft.ML;

var ml = new MLContext(seed: 1);
IDataView data = ml.Data.LoadTable("iris.csv"); // names, types and missing values as they are in the file
var split = ml.Data.TrainTestSplit(data, testFraction: 0.2);

var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", "Species")
    .Append(ml.Transforms.Concatenate("Features", "SepalLength", "SepalWidth", "PetalLength", "PetalWidth"))
    .Append(ml.Transforms.NormalizeInputs("Features"))
    .Append(ml.MulticlassClassification.Trainers.NeuralNetwork())
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

ITransformer model = pipeline.Fit(split.TrainSet);
Console.WriteLine(ml.MulticlassClassification.Evaluate(model.Transform(split.TestSet)).MicroAccuracy);
ml.Model.Save(model, data.Schema, "model.zip");
