print("pptransfer")
